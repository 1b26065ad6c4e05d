//! Pure types and decisions of the stall: values in, values out. No clock, no chance, no I/O, nothing async.

pub mod booking;
pub mod catalogue;
pub mod catalogue_event;
pub mod catalogue_refusal;
pub mod catalogue_search;
pub mod catalogue_view;
pub mod category;
pub mod event;
pub mod event_status;
pub mod field;
pub mod ids;
pub mod offer;
pub mod place;
pub mod reserve;
pub mod sale_status;
pub mod sale_window;
pub mod seats;
pub mod show;
pub mod show_time;
pub mod slug;
pub mod tenant;
pub mod tenant_choice;
pub mod tenant_settings;
pub mod zone;
pub mod booking_event;
