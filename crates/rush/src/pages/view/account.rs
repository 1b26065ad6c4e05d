//! Register, log in, forgot, reset: short forms that say a problem beside its field.

use super::Notice;
use web::shell::Shell;

/// What a field held when it was sent, and what was wrong with it. Passwords are never sent back.
#[derive(Debug, Clone, Default)]
pub struct Field {
    /// Shown again.
    pub value: String,
    /// The problem.
    pub error: Option<String>,
}

impl Field {
    /// A field with a value and no problem.
    #[must_use]
    pub fn of(value: impl Into<String>) -> Self {
        Self { value: value.into(), error: None }
    }

    /// The same with a problem.
    #[must_use]
    pub fn wrong(mut self, problem: impl Into<String>) -> Self {
        self.error = Some(problem.into());
        self
    }
}

/// Register.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "register.html")]
pub struct RegisterPage {
    /// The layout's values.
    pub shell: Shell,
    /// Path to go to afterwards.
    pub next: String,
    /// Name.
    pub name: Field,
    /// Address.
    pub email: Field,
    /// Password (problem only).
    pub password: Field,
    /// What an attempt came to, if no field is to blame.
    pub notice: Option<Notice>,
}

/// Log in.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "login.html")]
pub struct LoginPage {
    /// The layout's values.
    pub shell: Shell,
    /// Path to go to afterwards.
    pub next: String,
    /// Address.
    pub email: Field,
    /// What an attempt came to.
    pub notice: Option<Notice>,
    /// Addresses and passwords of the demo, where there is one.
    pub demo: Vec<(String, String)>,
}

/// Forgot the password.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "forgot.html")]
pub struct ForgotPage {
    /// The layout's values.
    pub shell: Shell,
    /// Address.
    pub email: Field,
    /// Whether it was sent: the answer is the same for unknown addresses.
    pub sent: bool,
    /// Path of the demo's mail, where there is one.
    pub outbox_href: Option<&'static str>,
    /// What an attempt came to.
    pub notice: Option<Notice>,
}

/// Choose a new password.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "reset.html")]
pub struct ResetPage {
    /// The layout's values.
    pub shell: Shell,
    /// The token of the link; empty when the link is spent.
    pub token: String,
    /// Password (problem only).
    pub password: Field,
    /// What an attempt came to.
    pub notice: Option<Notice>,
}
