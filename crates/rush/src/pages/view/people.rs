//! The people of a shop and their roles, as the platform's own people see them.

use web::shell::Shell;

/// Roles that can be given within a shop: the word, and what people call it.
pub const ROLES: [(&str, &str); 3] =
    [("customer", "Customer"), ("organizer", "Organizer"), ("admin", "Administrator")];

/// The page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "people.html")]
pub struct PeoplePage {
    /// The layout's values.
    pub shell: Shell,
    /// What the shop is called.
    pub shop: String,
    /// What was searched.
    pub search: String,
    /// Who was found.
    pub people: Vec<PersonRow>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct PersonRow {
    /// Public id.
    pub id: String,
    /// Address.
    pub email: String,
    /// Name.
    pub name: String,
    /// The word of the role.
    pub role: String,
}

impl PeoplePage {
    /// The roles of the choice.
    fn roles(&self) -> [(&'static str, &'static str); 3] {
        ROLES
    }
}
