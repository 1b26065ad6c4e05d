//! The values the layout `shell.html` is drawn from. Page structs carry one `Shell` and the layout reads it.

use super::assets::asset_url;
use kernel::Timestamp;

/// What is fixed about a stall's pages.
#[derive(Debug)]
pub struct Stall {
    /// Lower-case word that picks the accent (`shop`).
    pub slug: &'static str,
    /// The path of its icon, which the stall serves itself.
    pub icon: fn() -> String,
    /// As people read it (`Shop`).
    pub name: &'static str,
    /// Path of its first page (`/shop`).
    pub home: &'static str,
    /// Links in the header, at most four so that they fit a 360 px phone.
    pub nav: &'static [NavLink],
    /// Links in the footer.
    pub foot: &'static [NavLink],
}

/// One link of a header or footer.
#[derive(Debug, Clone, Copy)]
pub struct NavLink {
    /// Path.
    pub href: &'static str,
    /// Text.
    pub label: &'static str,
}

/// The person the page is drawn for.
#[derive(Debug, Clone)]
pub struct Person {
    /// Display name.
    pub name: String,
    /// Where their own page is.
    pub href: &'static str,
}

impl Person {
    /// Up to two initials, upper-case; `?` for a name without letters.
    #[must_use]
    pub fn initials(&self) -> String {
        let mut words =
            self.name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
        let first = words.next();
        let text: String = first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect();
        if text.is_empty() { String::from("?") } else { text }
    }
}

/// How a message is meant. The word itself is also said, colour never carries it alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something was done.
    Good,
    /// Something needs attention.
    Warn,
    /// Something was not done.
    Bad,
    /// Something to know.
    Plain,
}

impl Tone {
    /// The class of the notice.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "note note-good",
            Self::Warn => "note note-warn",
            Self::Bad => "note note-bad",
            Self::Plain => "note",
        }
    }
}

/// One message carried from the request before.
#[derive(Debug, Clone)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// One or two sentences.
    pub text: String,
}

/// Something of the visitor's that runs out, shown on every page until then.
#[derive(Debug, Clone)]
pub struct Held {
    /// What, up to the time: `You hold 2 until`.
    pub text: String,
    /// Its end, RFC 3339.
    pub until: String,
    /// Its end as a clock shows it: `12:07`.
    pub hour: String,
    /// Where to go on with it.
    pub href: String,
}

/// A tenant's looks. Colours come as a style sheet of its own because pages allow no inline style.
#[derive(Debug, Clone)]
pub struct Brand {
    /// The tenant's name, shown beside the stall's mark.
    pub name: String,
    /// Same-origin path of the logo.
    pub logo: Option<String>,
    /// Same-origin path of the style sheet made by `BrandColours::stylesheet`.
    pub stylesheet: Option<String>,
}

/// Everything the layout needs.
#[derive(Debug, Clone)]
pub struct Shell {
    /// The stall.
    pub stall: &'static Stall,
    /// Title of the page, without the stall's name.
    pub title: String,
    /// One sentence for search engines and link previews.
    pub description: Option<String>,
    /// Language of the page (BCP 47).
    pub lang: &'static str,
    /// Path of the nav link this page belongs to; empty for none.
    pub here: &'static str,
    /// Who looks at it, when signed in.
    pub person: Option<Person>,
    /// Token every form of the page sends back.
    pub csrf: String,
    /// Message carried over, shown once.
    pub flash: Option<Flash>,
    /// What the visitor holds and should not forget.
    pub held: Option<Held>,
    /// The tenant's looks.
    pub brand: Option<Brand>,
    /// Shown in small type where something went wrong, so that a person can quote it; empty elsewhere.
    pub request_id: String,
    /// The server's present, by which countdowns tick.
    pub now: Timestamp,
}

impl Shell {
    /// A shell for an anonymous visitor without branding or message.
    #[must_use]
    pub fn new(stall: &'static Stall, title: impl Into<String>, now: Timestamp) -> Self {
        Self {
            stall,
            title: title.into(),
            description: None,
            lang: "en",
            here: "",
            person: None,
            csrf: String::new(),
            flash: None,
            held: None,
            brand: None,
            request_id: String::new(),
            now,
        }
    }

    /// Sets the title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Marks the nav link this page belongs to.
    #[must_use]
    pub fn at(mut self, here: &'static str) -> Self {
        self.here = here;
        self
    }

    /// The server's present in milliseconds since 1970.
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.now.as_micros() / 1000
    }

    /// Versioned path of the style sheet.
    #[must_use]
    pub fn css(&self) -> String {
        asset_url("fairground.css")
    }

    /// Versioned path of the module that starts the others.
    #[must_use]
    pub fn js(&self) -> String {
        asset_url("app.js")
    }

    /// Path of the stall's icon.
    #[must_use]
    pub fn icon(&self) -> String {
        (self.stall.icon)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_the_first_and_last_name() {
        let of = |name: &str| Person { name: name.to_owned(), href: "/" }.initials();
        assert_eq!(of("Mali Srisai"), "MS");
        assert_eq!(of("ada"), "A");
        assert_eq!(of("Jean de la Fontaine"), "JF");
        assert_eq!(of("  "), "?");
    }
}
