//! Kinds of mail: what a stall declares once, as a `static`.

/// What a text may say, with an example for previews.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// Its name in texts, `[a-z0-9_]`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// What a preview shows.
    pub sample: &'static str,
}

/// A text of the program in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    /// `en`, `th`.
    pub locale: &'static str,
    /// One line.
    pub subject: &'static str,
    /// Plain text; a line `Words: https://…` becomes a button in the HTML part.
    pub body: &'static str,
}

/// One kind of mail.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its name in rows and in the API; never changed once in use.
    pub name: &'static str,
    /// When it is sent, in a few words.
    pub about: &'static str,
    /// What its texts may say.
    pub variables: &'static [Variable],
    /// The program's texts; the first is for languages that have none.
    pub texts: &'static [Text],
    /// What a recipient may unsubscribe from; none: it must reach them (a receipt, a ticket).
    pub list: Option<&'static str>,
    /// Whether it is one of many, before which any other mail goes.
    pub is_bulk: bool,
    /// Seconds after which its values are erased because they hold a secret (a reset link); none: they hold none.
    pub secret_for_s: Option<i64>,
}

impl Kind {
    /// The program's text in that language, or in the first one.
    ///
    /// # Panics
    /// When the kind has no text at all: a fault of the program, found by sending one.
    #[must_use]
    pub fn text(&self, locale: &str) -> &'static Text {
        let own = self.texts.iter().find(|text| text.locale == locale);
        own.or(self.texts.first()).expect("a kind of mail has a text")
    }

    /// Whether its texts may say `name`.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.variables.iter().any(|variable| variable.name == name)
    }

    /// Values for a preview.
    #[must_use]
    pub fn samples(&self) -> serde_json::Map<String, serde_json::Value> {
        self.variables.iter().map(|one| (one.name.to_owned(), one.sample.into())).collect()
    }
}
