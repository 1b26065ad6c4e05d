//! Which characters of a name can be seen. Names stand in lists, mails and logs: what cannot be seen there, or turns the
//! direction of what stands beside it, only serves to look like another.

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// A control character, a line separator, or one that has no look of its own.
    #[error("must not have invisible characters")]
    InvisibleCharacter,
    /// Turns the direction of the text around it.
    #[error("must not have characters that change the direction of the text")]
    DirectionOverride,
    /// Nothing in it can be seen.
    #[error("must have a letter or a sign that can be seen")]
    NothingIsVisible,
}

/// Takes a text as a name, or says why not. Letters of every script and emoji may stand in one, with the joiners that they need.
pub fn check_name(text: &str) -> Result<(), NameFault> {
    let signs: Vec<char> = text.chars().collect();
    for (at, sign) in signs.iter().enumerate() {
        if is_direction(*sign) {
            return Err(NameFault::DirectionOverride);
        }
        if is_invisible(*sign) && !joins(&signs, at) {
            return Err(NameFault::InvisibleCharacter);
        }
    }
    let seen = |sign: &&char| !sign.is_whitespace() && !is_invisible(**sign) && !is_mark(**sign);
    if signs.iter().any(|sign| seen(&sign)) { Ok(()) } else { Err(NameFault::NothingIsVisible) }
}

/// A joiner or a picture's variant between two signs of a script that needs it; never beside plain letters.
fn joins(signs: &[char], at: usize) -> bool {
    let needs = |sign: Option<&char>| {
        sign.is_some_and(|sign| is_variant(*sign) || (!sign.is_ascii() && !is_invisible(*sign)))
    };
    let before = at.checked_sub(1).and_then(|at| signs.get(at));
    match signs[at] {
        '\u{200c}' | '\u{200d}' => needs(before) && needs(signs.get(at + 1)),
        // `#`, `*` and digits have a picture too.
        '\u{fe0e}' | '\u{fe0f}' => {
            before.is_some_and(|sign| !sign.is_ascii_alphabetic() && !sign.is_whitespace())
        }
        _ => false,
    }
}

fn is_variant(sign: char) -> bool {
    matches!(sign, '\u{fe0e}' | '\u{fe0f}')
}

fn is_direction(sign: char) -> bool {
    matches!(sign, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters without a look of their own (Unicode's default ignorables, and blanks that are no space).
fn is_invisible(sign: char) -> bool {
    sign.is_control()
        || matches!(
            sign,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}'
        )
}

/// Marks that sit on another sign.
fn is_mark(sign: char) -> bool {
    matches!(
        sign,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_script_and_emoji_are_taken() {
        for good in [
            "Ann",
            "สมชาย ใจดี",
            "محمد",
            "דוד",
            "Nguyễn",
            "नम\u{94d}\u{200d}ते",
            "می\u{200c}خواهم",
            "🎸 Band",
            "👩\u{200d}👩\u{200d}👧",
            "❤\u{fe0f}\u{200d}🔥",
            "O’Neil",
            "1\u{fe0f}\u{20e3}",
            "e\u{301}",
        ] {
            assert_eq!(check_name(good), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_or_turns_the_text_is_no_name() {
        use NameFault::{DirectionOverride, InvisibleCharacter, NothingIsVisible};
        for (bad, fault) in [
            ("Ann\u{202e}gpj", DirectionOverride),
            ("\u{2066}Ann\u{2069}", DirectionOverride),
            ("Ann\u{200f}", DirectionOverride),
            ("A\u{200b}nn", InvisibleCharacter),
            ("A\u{200d}nn", InvisibleCharacter),
            ("Ann\u{fe0f}", InvisibleCharacter),
            ("\u{3164}\u{3164}", InvisibleCharacter),
            ("\u{2800}\u{2800}", InvisibleCharacter),
            ("\u{e0041}\u{e0042}", InvisibleCharacter),
            ("A\u{ad}nn", InvisibleCharacter),
            ("A\nnn", InvisibleCharacter),
            ("\u{301}\u{301}", NothingIsVisible),
            ("\u{a0}\u{2003}", NothingIsVisible),
            ("", NothingIsVisible),
        ] {
            assert_eq!(check_name(bad), Err(fault), "{bad:?}");
        }
    }
}
