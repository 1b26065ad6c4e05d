//! What is fixed about the stall's pages: name, accent, links.

use web::shell::{NavLink, Stall};

/// The stall as the shell shows it.
pub static RUSH: Stall = Stall {
    slug: "rush",
    icon: crate::pages::assets::icon,
    name: "Rush",
    home: "/rush",
    nav: &[
        NavLink { href: "/rush/events", label: "Events" },
        NavLink { href: "/rush/my-bookings", label: "My tickets" },
    ],
    foot: &[
        NavLink { href: "/rush/faq", label: "Questions" },
        NavLink { href: "/rush/about", label: "About" },
    ],
};
