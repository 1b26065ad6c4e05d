//! The states of an event and the steps between them. Anything that is not a step here is refused.

use super::catalogue_refusal::CatalogueRefusal;

/// Where an event is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventStatus {
    /// PaymentView by its owner alone.
    Draft,
    /// PaymentView by everybody it is meant for.
    Published,
    /// Over.
    Completed,
    /// Will not happen.
    Cancelled,
}

impl EventStatus {
    /// As written in tables and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads a state; `None` for a word that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Completed, Self::Cancelled]
            .into_iter()
            .find(|s| s.as_str() == text)
    }

    /// Takes the step to `to`. Errors: the table has no such step.
    pub const fn go(self, to: Self) -> Result<Self, CatalogueRefusal> {
        match (self, to) {
            (Self::Draft, Self::Published | Self::Cancelled)
            | (Self::Published, Self::Draft | Self::Completed | Self::Cancelled) => Ok(to),
            _ => Err(CatalogueRefusal::EventCannotGo { from: self, to }),
        }
    }

    /// Whether fields, shows and zones may still be changed.
    pub const fn must_be_open(self) -> Result<(), CatalogueRefusal> {
        match self {
            Self::Draft | Self::Published => Ok(()),
            Self::Completed | Self::Cancelled => Err(CatalogueRefusal::EventIsClosed(self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EventStatus::{Cancelled, Completed, Draft, Published};

    #[test]
    fn exactly_the_steps_of_the_table_are_taken() {
        let steps = [
            (Draft, Published),
            (Draft, Cancelled),
            (Published, Draft),
            (Published, Completed),
            (Published, Cancelled),
        ];
        for from in [Draft, Published, Completed, Cancelled] {
            for to in [Draft, Published, Completed, Cancelled] {
                assert_eq!(from.go(to).is_ok(), steps.contains(&(from, to)), "{from:?} to {to:?}");
            }
            assert_eq!(EventStatus::parse(from.as_str()), Some(from));
        }
    }
}
