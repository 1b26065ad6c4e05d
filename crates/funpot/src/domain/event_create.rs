//! Opening an event: what must be true of its terms, whoever reports it. Each refusal is the reason that a worker is answered.

use super::event::{Choice, Kind};

/// Characters of a title at most.
const TITLE_CHARS_MAX: usize = 200;
/// Characters of a choice's label at most.
const LABEL_CHARS_MAX: usize = 80;
/// Bytes of a choice's name and of a reporter's name of an event at most.
const NAME_BYTES_MAX: usize = 128;
/// Choices of an event at most.
const OPTIONS_MAX: usize = 10;
/// The most that one vote may cost: with a million votes the sums stay exact wherever JSON is read.
pub const COST_MAX: i64 = 1_000_000_000;
/// Words that no title or label may have; what has one waits for a person.
const FLAGGED: &[&str] = &["suicide", "kill yourself", "terror", "rape"];

/// Why an event is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CreateRefusal {
    /// The streamer has one of this name.
    Duplicate,
    /// No such streamer.
    UnknownStreamer,
    /// The streamer may not have events.
    StreamerNotOk,
    /// No such game, or it takes no events now.
    GameNotActive,
    /// Fewer than two choices, or more than ten.
    TooFewOptions,
    /// Two choices of one name.
    DuplicateOption,
    /// Open for too short or too long.
    BadDuration,
    /// Less sure than its prompt asks for.
    LowConfidence,
    /// A word that a person must look at.
    Moderation,
    /// A name, title, label, cost or confidence that is none.
    SchemaVersion,
    /// The streamer has as many live events as allowed.
    TooManyLive,
}

impl CreateRefusal {
    /// As workers read it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::UnknownStreamer => "unknown_streamer",
            Self::StreamerNotOk => "streamer_not_ok",
            Self::GameNotActive => "game_not_active",
            Self::TooFewOptions => "too_few_options",
            Self::DuplicateOption => "duplicate_option",
            Self::BadDuration => "bad_duration",
            Self::LowConfidence => "low_confidence",
            Self::Moderation => "moderation",
            Self::SchemaVersion => "schema_version",
            Self::TooManyLive => "too_many_live",
        }
    }

    /// Whether a person may still let it in.
    #[must_use]
    pub const fn can_be_reviewed(self) -> bool {
        matches!(self, Self::LowConfidence | Self::Moderation)
    }
}

/// The terms of an event that is to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What its reporter calls it.
    pub external_id: String,
    /// As viewers read it.
    pub title: String,
    /// What decides it.
    pub kind: Kind,
    /// What can be voted for.
    pub options: Vec<Choice>,
    /// What a vote costs.
    pub cost: i64,
    /// For how many seconds it is open.
    pub open_s: i64,
    /// The house's share, basis points.
    pub rake_bps: i64,
    /// Seconds before closing in which totals are hidden.
    pub blind_s: i64,
    /// How sure its reporter is, basis points; none: a person opened it.
    pub confidence_bp: Option<i64>,
}

/// What the place of an event allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Seconds for which it is open, least and most.
    pub open_s: (i64, i64),
    /// Live events of the streamer at most.
    pub live_max: i64,
    /// Live events of the streamer now.
    pub live: i64,
    /// The confidence below which a person looks at it, basis points.
    pub confidence_min_bp: i64,
}

/// Whether an event of these terms may be opened. The guards run in the order in which workers read them.
pub fn check(terms: &Terms, bounds: Bounds) -> Result<(), CreateRefusal> {
    if !(2..=OPTIONS_MAX).contains(&terms.options.len()) {
        return Err(CreateRefusal::TooFewOptions);
    }
    let names = terms.options.iter().map(|choice| choice.id.as_str());
    if names.clone().enumerate().any(|(at, name)| names.clone().take(at).any(|before| before == name)) {
        return Err(CreateRefusal::DuplicateOption);
    }
    if !is_sound(terms) {
        return Err(CreateRefusal::SchemaVersion);
    }
    if !(bounds.open_s.0..=bounds.open_s.1).contains(&terms.open_s) {
        return Err(CreateRefusal::BadDuration);
    }
    if terms.confidence_bp.is_some_and(|confidence| confidence < bounds.confidence_min_bp) {
        return Err(CreateRefusal::LowConfidence);
    }
    if terms.confidence_bp.is_some() && is_flagged(terms) {
        return Err(CreateRefusal::Moderation);
    }
    if bounds.live >= bounds.live_max {
        return Err(CreateRefusal::TooManyLive);
    }
    Ok(())
}

fn is_sound(terms: &Terms) -> bool {
    let is_text = |text: &str, most: usize| {
        !text.trim().is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control)
    };
    let is_name = |name: &str| {
        (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
    };
    is_name(&terms.external_id)
        && is_text(&terms.title, TITLE_CHARS_MAX)
        && terms.options.iter().all(|choice| is_name(&choice.id) && is_text(&choice.label, LABEL_CHARS_MAX))
        && (0..=COST_MAX).contains(&terms.cost)
        && (0..=terms.open_s).contains(&terms.blind_s)
        && (0..=10_000).contains(&terms.rake_bps)
        && terms.confidence_bp.is_none_or(|confidence| (0..=10_000).contains(&confidence))
}

fn is_flagged(terms: &Terms) -> bool {
    let texts = std::iter::once(&terms.title).chain(terms.options.iter().map(|choice| &choice.label));
    texts.map(|text| text.to_lowercase()).any(|text| FLAGGED.iter().any(|word| text.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms() -> Terms {
        let choice = |id: &str| Choice { id: id.to_owned(), label: id.to_uppercase() };
        Terms {
            external_id: "e-1".to_owned(),
            title: "Who wins the round?".to_owned(),
            kind: Kind::Prediction,
            options: vec![choice("a"), choice("b")],
            cost: 100,
            open_s: 60,
            rake_bps: 500,
            blind_s: 0,
            confidence_bp: Some(9_000),
        }
    }

    const BOUNDS: Bounds = Bounds { open_s: (10, 1_800), live_max: 5, live: 0, confidence_min_bp: 5_000 };

    #[test]
    fn each_broken_term_has_its_reason() {
        assert_eq!(check(&terms(), BOUNDS), Ok(()));
        let one = terms().options[0].clone();
        for (broken, reason) in [
            (Terms { options: vec![one.clone()], ..terms() }, CreateRefusal::TooFewOptions),
            (Terms { options: vec![one.clone(); 11], ..terms() }, CreateRefusal::TooFewOptions),
            (Terms { options: vec![one.clone(), one], ..terms() }, CreateRefusal::DuplicateOption),
            (Terms { title: "x".repeat(201), ..terms() }, CreateRefusal::SchemaVersion),
            (Terms { title: "  ".to_owned(), ..terms() }, CreateRefusal::SchemaVersion),
            (Terms { external_id: String::new(), ..terms() }, CreateRefusal::SchemaVersion),
            (Terms { cost: -1, ..terms() }, CreateRefusal::SchemaVersion),
            (Terms { confidence_bp: Some(10_001), ..terms() }, CreateRefusal::SchemaVersion),
            (Terms { open_s: 9, ..terms() }, CreateRefusal::BadDuration),
            (Terms { open_s: 1_801, ..terms() }, CreateRefusal::BadDuration),
            (Terms { confidence_bp: Some(4_999), ..terms() }, CreateRefusal::LowConfidence),
            (Terms { title: "Terror round".to_owned(), ..terms() }, CreateRefusal::Moderation),
        ] {
            assert_eq!(check(&broken, BOUNDS), Err(reason), "{broken:?}");
        }
        assert_eq!(check(&terms(), Bounds { live: 5, ..BOUNDS }), Err(CreateRefusal::TooManyLive));
        let by_hand = Terms { confidence_bp: None, title: "Terror round".to_owned(), ..terms() };
        assert_eq!(check(&by_hand, BOUNDS), Ok(()), "a person has looked at it already");
    }
}
