//! The page shell: what every server-rendered page of every stall shares (layout, design system, pictures, branding).
//!
//! A stall's page is an askama struct with a `shell: Shell` field whose template `{% extends "shell.html" %}`;
//! its `askama.toml` names this crate's `src/shell/templates` beside its own directory.
//! Nothing here knows a stall's nouns, opens a transaction or reads a clock.

mod assets;
mod brand;
mod files;
mod layout;
mod poster;

pub use assets::{ASSETS_ROOT, asset_url, poster_url, router};
pub use brand::{BadColour, BrandColours, Colour};
pub use files::{File, Files, packed};
pub use layout::{Brand, Flash, Held, NavLink, Person, Shell, Stall, Tone};
pub use poster::{SEED_LENGTH_MAX, poster};
