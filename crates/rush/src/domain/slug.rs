//! Slugs: the readable part of an address, made from a name or checked as sent.

/// Characters of the shortest slug.
const CHARS_MIN: usize = 2;
/// Characters of the longest slug; it must fit the column and a tweet.
const CHARS_MAX: usize = 100;
/// Characters of a slug made from a name; room is left for `-2`.
const MADE_CHARS_MAX: usize = 80;

/// Whether `text` is a slug: 2 to 100 of `a-z`, `0-9` and single inner dashes.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (CHARS_MIN..=CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// A reader of forms for a slug that was sent.
pub fn read(raw: String) -> Result<String, String> {
    if is_slug(&raw) { Ok(raw) } else { Err("must be 2 to 100 of a-z, 0-9 and single dashes".into()) }
}

/// The slug of `name`; `fallback` where the name has no letter we can spell in ASCII (Thai, for one).
#[must_use]
pub fn of_name(name: &str, fallback: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            "" if letter.is_ascii_alphanumeric() => slug.push(letter),
            "" if slug.is_empty() || slug.ends_with('-') || letter == '\'' => {}
            "" => slug.push('-'),
            spelled => slug.push_str(spelled),
        }
        if slug.len() >= MADE_CHARS_MAX {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if is_slug(slug) { slug.to_owned() } else { fallback.to_owned() }
}

/// The next slug to try when `slug` is taken: `name`, `name-2`, `name-3`.
#[must_use]
pub fn numbered(slug: &str, attempt: u32) -> String {
    if attempt <= 1 { slug.to_owned() } else { format!("{slug}-{attempt}") }
}

/// A text as search compares it: lower case, without the accents of Latin letters.
#[must_use]
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match plain(letter) {
            "" => out.push(letter),
            spelled => out.push_str(spelled),
        }
    }
    out
}

/// How an accented Latin letter is spelled in ASCII; empty for every other character.
const fn plain(letter: char) -> &'static str {
    match letter {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' => "o",
        'ö' | 'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' => "s",
        'ß' => "ss",
        'ť' | 'ţ' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_slugs() {
        for (name, expected) in [
            ("Midnight Garden: Live in Bangkok!", "midnight-garden-live-in-bangkok"),
            ("Café del Mar & Señor Jäger", "cafe-del-mar-senor-jaeger"),
            ("Don't   Stop -- Now", "dont-stop-now"),
            ("งานลอยกระทง", "event-7"),
            ("x", "event-7"),
            ("ลอยกระทง 2030", "2030"),
        ] {
            assert_eq!(of_name(name, "event-7"), expected, "{name}");
        }
        assert!(is_slug(&of_name(&"long name ".repeat(40), "event-7")));
        assert_eq!(numbered("garden", 1), "garden");
        assert_eq!(numbered("garden", 3), "garden-3");
    }

    #[test]
    fn whatever_the_name_the_slug_is_one() {
        for seed in 0..2000_u32 {
            let name: String = (0..seed % 40)
                .filter_map(|at| char::from_u32(seed.wrapping_mul(2_654_435_761).rotate_left(at) % 0x3000))
                .collect();
            let slug = of_name(&name, "event-1");
            assert!(is_slug(&slug), "seed {seed}: {name:?} became {slug:?}");
        }
    }

    #[test]
    fn what_is_no_slug_is_refused() {
        for bad in ["", "a", "-ab", "ab-", "a--b", "Ab", "a b", "a_b", "ä-b", &"a".repeat(101)] {
            assert!(!is_slug(bad), "{bad}");
        }
    }
}
