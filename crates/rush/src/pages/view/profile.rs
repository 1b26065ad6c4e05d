//! The person's own page: data, password, ending sessions.

use super::{Field, Notice};
use web::shell::Shell;

/// The profile page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "profile.html")]
pub struct ProfilePage {
    /// The layout's values.
    pub shell: Shell,
    /// Address they log in with.
    pub email: String,
    /// Name.
    pub name: Field,
    /// Telephone.
    pub phone: Field,
    /// Problem with the present password.
    pub current_password: Field,
    /// Problem with the new password.
    pub new_password: Field,
    /// Whether they run events.
    pub runs_events: bool,
    /// Whether they run the platform.
    pub runs_platform: bool,
    /// What an attempt came to.
    pub notice: Option<Notice>,
}
