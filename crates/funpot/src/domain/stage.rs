//! The stages in which a stream is classified, what each may say, and which may follow. Pure.

/// A stage: which game, which mode, where the match stands, how it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Which game is on.
    A,
    /// In which mode.
    B,
    /// Where the match stands.
    C,
    /// How it ended.
    D,
}

/// A stream shows the game.
pub const DETECTED: &str = "cs_detected";
/// It shows another one.
pub const NOT_CS: &str = "not_cs";
/// The match is over.
pub const FINISHED: &str = "finished";
/// Nobody could tell.
const UNCERTAIN: &str = "uncertain";
const UNKNOWN: &str = "unknown";

impl Stage {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "stage_a",
            Self::B => "stage_b",
            Self::C => "stage_c",
            Self::D => "stage_d",
        }
    }

    /// The stage of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == text)
    }

    /// What it may say, beside that it cannot tell.
    const fn labels(self) -> &'static [&'static str] {
        match self {
            Self::A => &[DETECTED, NOT_CS],
            Self::B => &["competitive", "faceit", "premier", "casual"],
            Self::C => &["pregame", "in_progress", FINISHED],
            Self::D => &["win", "loss", "draw"],
        }
    }

    /// What it says when it cannot tell.
    #[must_use]
    pub const fn unsure(self) -> &'static str {
        match self {
            Self::A => UNCERTAIN,
            Self::B | Self::C | Self::D => UNKNOWN,
        }
    }

    /// The label of what a model wrote; one that it may not say, or that is less sure than `floor_bp`, is that it cannot tell.
    #[must_use]
    pub fn label(self, written: &str, confidence_bp: i64, floor_bp: i64) -> &'static str {
        if confidence_bp < floor_bp {
            return self.unsure();
        }
        let word = written.trim().to_lowercase().replace(['-', ' '], "_");
        let known = self.labels().iter().copied().find(|label| *label == word);
        known.or_else(|| (self == Self::A).then(|| synonym(&word)).flatten()).unwrap_or_else(|| self.unsure())
    }

    /// Whether it may run after what the stages before it said.
    #[must_use]
    pub fn may_run(self, said: impl Fn(Self) -> Option<&'static str>) -> bool {
        match self {
            Self::A => true,
            Self::B => said(Self::A) == Some(DETECTED),
            Self::C => said(Self::B).is_some_and(|label| label != UNKNOWN),
            Self::D => said(Self::C) == Some(FINISHED),
        }
    }

    /// The label of this text as it was stored; none: it is none of this stage's.
    #[must_use]
    pub fn stored(self, text: &str) -> Option<&'static str> {
        self.labels().iter().copied().chain([self.unsure()]).find(|label| *label == text)
    }
}

fn synonym(word: &str) -> Option<&'static str> {
    match word {
        "yes" | "true" | "cs" | "cs2" | "counter_strike" => Some(DETECTED),
        "no" | "false" => Some(NOT_CS),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_models_write_is_one_of_a_stages_labels() {
        for (written, label) in [
            ("YES", DETECTED),
            (" true ", DETECTED),
            ("Counter-Strike", DETECTED),
            ("cs_detected", DETECTED),
            ("no", NOT_CS),
            ("not-cs", NOT_CS),
            ("maybe", "uncertain"),
            ("", "uncertain"),
        ] {
            assert_eq!(Stage::A.label(written, 9_000, 5_000), label, "{written}");
        }
        assert_eq!(Stage::B.label("FACEIT", 9_000, 0), "faceit");
        assert_eq!(Stage::B.label("yes", 9_000, 0), "unknown", "synonyms are the first stage's alone");
        assert_eq!(Stage::C.label("in progress", 9_000, 0), "in_progress");
        assert_eq!(Stage::D.label("win", 4_999, 5_000), "unknown", "below the floor");
        assert_eq!(Stage::D.label("win", 5_000, 5_000), "win");
    }

    #[test]
    fn a_stage_runs_after_the_one_before_it_could_tell() {
        let after = |stage: Stage, label: &'static str| move |of: Stage| (of == stage).then_some(label);
        assert!(Stage::A.may_run(|_| None));
        assert!(Stage::B.may_run(after(Stage::A, DETECTED)));
        assert!(!Stage::B.may_run(after(Stage::A, NOT_CS)) && !Stage::B.may_run(|_| None));
        assert!(Stage::C.may_run(after(Stage::B, "casual")) && !Stage::C.may_run(after(Stage::B, UNKNOWN)));
        assert!(Stage::D.may_run(after(Stage::C, FINISHED)) && !Stage::D.may_run(after(Stage::C, "pregame")));
    }
}
