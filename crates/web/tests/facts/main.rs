//! Facts about the HTTP edge, shown through its public doors. One program, so that it links once.

mod edge;
mod envelopes;
mod extractors;
mod harness;
mod health_routes;
mod idempotency;
mod limits;
mod live;
mod live_dialect;
mod live_harness;
mod live_resume;
mod live_socket;
mod logs;
mod naughty;
mod openapi;
mod operators;
mod pot_dialect;
mod serving;
