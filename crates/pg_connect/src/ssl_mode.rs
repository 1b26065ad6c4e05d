//! What is asked of the connection: clear text, encryption alone, a proved authority, a proved host.

use crate::AddressFault;

/// What is proved of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SslMode {
    /// Nothing: clear text.
    Disable,
    /// That nobody listens; not who answers.
    Require,
    /// That an authority we trust has signed for whoever answers.
    VerifyCa,
    /// That it has signed for the very host that is named.
    VerifyFull,
}

impl SslMode {
    /// The mode of `word`, if there is one, for hosts that are all on this machine or not. An authority makes `require`
    /// mean `verify-ca`, as it does elsewhere.
    pub fn choose(word: Option<&str>, is_local: bool, has_roots: bool) -> Result<Self, AddressFault> {
        Ok(match word {
            Some("disable") => Self::Disable,
            Some("allow" | "prefer") | None if is_local => Self::Disable,
            Some(word @ ("allow" | "prefer")) => return Err(AddressFault::SslModeFallsBack(word.to_owned())),
            Some("require") | None if has_roots => Self::VerifyCa,
            Some("require") | None => Self::Require,
            Some("verify-ca") => Self::VerifyCa,
            Some("verify-full") => Self::VerifyFull,
            Some(_) => return Err(AddressFault::SslModeIsUnknown),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clear_text_leaves_this_machine_only_where_it_is_asked_for() {
        let choose = |word| SslMode::choose(word, false, false);
        assert_eq!(choose(None), Ok(SslMode::Require));
        assert_eq!(choose(Some("disable")), Ok(SslMode::Disable));
        assert_eq!(choose(Some("prefer")), Err(AddressFault::SslModeFallsBack("prefer".into())));
        assert_eq!(choose(Some("off")), Err(AddressFault::SslModeIsUnknown));
        assert_eq!(SslMode::choose(None, true, false), Ok(SslMode::Disable));
        assert_eq!(SslMode::choose(Some("verify-full"), true, false), Ok(SslMode::VerifyFull));
        assert_eq!(SslMode::choose(Some("require"), false, true), Ok(SslMode::VerifyCa));
    }
}
