//! The stall's pages: server-rendered, working without JavaScript where the flow allows, one file per page or noun.
//!
//! `view/` holds what each page shows as plain values with its askama template in `templates/`; it knows no verb and
//! no table. A page's handler parses, calls one use case, maps the outcome to its view. No page opens a transaction.

pub mod view;
