//! What users hold against what the house holds.

use crate::pages::assets;
use crate::usecase::solvency_view::Solvency;
use web::shell::Shell;

/// The page.
#[derive(Debug, Clone, askama::Template)]
#[template(path = "solvency.html")]
pub struct SolvencyPage {
    /// The layout's values.
    pub shell: Shell,
    /// The sums.
    pub sums: Solvency,
}

impl SolvencyPage {
    /// Versioned path of a file of ours.
    #[must_use]
    pub fn file(&self, name: &str) -> String {
        assets::url(name)
    }

    /// An amount with its thousands apart.
    #[must_use]
    pub fn number(&self, amount: &i64) -> String {
        let digits = amount.unsigned_abs().to_string();
        let mut text = if *amount < 0 { String::from("-") } else { String::new() };
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        text
    }

    /// Credit that users can ask for.
    #[must_use]
    pub fn outstanding(&self) -> String {
        self.number(&self.sums.outstanding())
    }

    /// `part` of everything that came in, in thousandths: the width of its bar.
    #[must_use]
    pub fn width(&self, part: &i64) -> i64 {
        let all = (self.sums.from_stars + self.sums.given + self.sums.debts).max(1);
        (part.max(&0).saturating_mul(1_000) / all).clamp(0, 1_000)
    }

    /// When the sums were taken.
    #[must_use]
    pub fn taken_at(&self) -> String {
        self.sums.at.rfc3339()
    }
}
