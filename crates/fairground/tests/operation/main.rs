//! What strangers who run the program do to it: logs that nobody reads, full disks, injected variables, secrets that
//! everybody knows. The binary itself, from outside.

mod accounts;
mod commands;
mod configuration;
mod disk;
mod doctor;
mod limits;
mod load;
mod log;
mod nginx;
mod operating;
mod postgres;
mod postgres_server;
mod process;
