//! What is wrong with a text that somebody wants to save.

/// Why a template is refused, as a sentence for its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFault(pub String);

impl std::fmt::Display for MailFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
