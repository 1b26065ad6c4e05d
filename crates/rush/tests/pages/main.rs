//! The pages as a browser without JavaScript uses them: forms, cookies, redirects, on both engines.

#[path = "../harness/mod.rs"]
mod harness;

mod accounts;
mod browsing;
mod buying;
mod forms;
mod going_on;
mod visitor;
mod waiting;
