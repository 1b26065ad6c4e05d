//! What is fixed about the stall's pages: name, accent, links.

use web::shell::{NavLink, Stall};

/// The stall as the shell shows it.
pub static TAP: Stall = Stall {
    slug: "tap",
    icon: crate::pages::assets::icon,
    name: "Tap",
    home: "/tap",
    nav: &[NavLink { href: "/tap", label: "Grid" }, NavLink { href: "/tap/help", label: "Rules" }],
    foot: &[NavLink { href: "/tap/help", label: "Rules" }],
};
