//! Mails of the stall, from what buyers do at the API's door to what a mail server got, on both databases.

#[path = "../harness/buying.rs"]
mod buying;
mod house;

mod letters;
mod operators;
mod waiting;
