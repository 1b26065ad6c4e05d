//! A venue simulator of ours: seeded, speaks the public protocols of three venues on loopback.
