//! One message carried from a post to the page after it, as a word in a cookie: the texts live here, so that nobody can
//! make a page say something by handing it a cookie.

use web::shell::{Flash, Tone};

/// Carries the word. Readable by our pages alone and gone after one.
pub const FLASH_COOKIE: &str = "fg_flash";
/// Seconds a message waits for its page.
const FLASH_LIFETIME_S: u32 = 60;

/// Declares every message once: its variant, its word in the cookie, and its tone and text on the page.
macro_rules! messages {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $tone:ident, $text:literal;)+) => {
        /// What can be said.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Message {
            $($(#[$doc])* $name,)+
        }

        impl Message {
            const ALL: &[Self] = &[$(Self::$name),+];

            const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// As the page says it.
            #[must_use]
            pub fn flash(self) -> Flash {
                let (tone, text) = match self { $(Self::$name => (Tone::$tone, $text),)+ };
                Flash { tone, text: text.to_owned() }
            }
        }
    };
}

messages! {
    /// An account was made.
    Welcome = "welcome", Good, "Your account is ready and you are logged in.";
    /// Logged in.
    LoggedIn = "in", Good, "You are logged in.";
    /// Logged out here.
    LoggedOut = "out", Plain, "You are logged out. Seats you hold stay held.";
    /// Logged out everywhere.
    LoggedOutEverywhere = "out-everywhere", Plain, "You are logged out on every device.";
    /// The profile was saved.
    Saved = "saved", Good, "Saved.";
    /// The password was changed.
    PasswordChanged = "password", Good, "Your password is changed, and your other devices are logged out.";
    /// The password was chosen anew by a link.
    PasswordReset = "reset", Good, "Your password is changed. Log in with the new one.";
    /// Somebody has another role.
    RoleGiven = "role", Good, "The role is saved. They log in again to use it.";
    /// A ticket has a name.
    TicketNamed = "ticket-named", Good, "The name is on the ticket.";
    /// A ticket was passed on.
    TicketPassedOn = "passed-on", Good, "The ticket is theirs now. The old code does not work any more.";
    /// A ticket goes to nobody.
    ReceiverUnknown = "receiver", Warn, "Nobody here has an account with that email. They register first, then you pass it on. Nothing was changed.";
    /// An admission was undone.
    CheckInUndone = "undone", Plain, "That check-in is undone. The ticket is good again.";
    /// A gate's key was not right.
    GateUnknown = "gate", Warn, "That key opens no gate. Ask whoever runs the event for a new one.";
    /// A gate was ended.
    GateEnded = "gate-ended", Plain, "That gate's key does not work any more.";
    /// A refund was asked for.
    RefundAsked = "refund-asked", Good, "You asked for your money. The shop looks at it; nothing moves before it agrees.";
    /// A refund was approved.
    RefundApproved = "refund-approved", Good, "The money goes back, and the seats are on sale again.";
    /// A refund was rejected.
    RefundRejected = "refund-rejected", Plain, "Refused. Nothing was moved.";
    /// Somebody else was quicker.
    RefundDecidedBefore = "refund-decided", Warn, "That was decided before, or cannot be any more. Nothing was changed.";
    /// An event is published.
    Published = "published", Good, "It is published. Guests find it now.";
    /// An event is a draft again.
    TakenBack = "taken-back", Plain, "It is a draft again. Nobody sees it.";
    /// An event is cancelled.
    EventCancelled = "event-cancelled", Plain, "It is cancelled. Nothing of it is sold any more.";
    /// Seats were given back.
    Released = "released", Plain, "Those seats are back on sale. Nothing was charged.";
    /// Seats could not be given back because they were not held any more.
    NotHeld = "not-held", Warn, "Those seats were not held any more. Nothing was changed.";
}

impl Message {
    /// The message a cookie names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|message| message.word() == word)
    }

    /// The `Set-Cookie` value that carries it.
    #[must_use]
    pub fn cookie(self) -> String {
        let word = self.word();
        format!("{FLASH_COOKIE}={word}; Path=/rush; HttpOnly; SameSite=Lax; Max-Age={FLASH_LIFETIME_S}")
    }
}

/// The `Set-Cookie` value that takes any message away.
#[must_use]
pub fn spent() -> String {
    format!("{FLASH_COOKIE}=; Path=/rush; HttpOnly; SameSite=Lax; Max-Age=0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_is_read_back_and_nothing_else_is() {
        for message in Message::ALL {
            assert_eq!(Message::parse(message.word()), Some(*message));
        }
        assert_eq!(Message::parse("<b>you won</b>"), None);
    }
}
