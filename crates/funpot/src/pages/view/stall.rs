//! What is fixed about the stall's pages: name, accent, links.

use web::shell::{NavLink, Stall};

/// The stall as the shell shows it.
pub static FUNPOT: Stall = Stall {
    slug: "funpot",
    icon: crate::pages::assets::icon,
    name: "FunPot",
    home: "/funpot",
    nav: &[
        NavLink { href: "/funpot", label: "Live" },
        NavLink { href: "/funpot/solvency", label: "Holdings" },
    ],
    foot: &[],
};
