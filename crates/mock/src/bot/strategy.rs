//! What a bot wants: it buys what fell below its short average and sells what rose above it, and never twice the same way without a
//! pause.

use std::collections::VecDeque;

/// Prices that it remembers.
const REMEMBERED: usize = 12;
/// How far from the average a price must be, as a share.
const EDGE: f64 = 0.000_12;
/// The most lots it holds.
const LOTS_MAX: u32 = 6;

/// What it wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Buy,
    Sell,
    Hold,
}

/// What it has seen.
#[derive(Debug, Default)]
pub(super) struct Strategy {
    seen: VecDeque<f64>,
    lots: u32,
    rest: u32,
}

/// What it thinks, and how sure it is, from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Opinion {
    pub(super) intent: Intent,
    pub(super) confidence: f64,
    pub(super) average: f64,
}

impl Strategy {
    /// Sees a price.
    pub(super) fn look(&mut self, price: f64) -> Opinion {
        self.seen.push_back(price);
        if self.seen.len() > REMEMBERED {
            self.seen.pop_front();
        }
        let average = self.seen.iter().sum::<f64>() / self.seen.len() as f64;
        let edge = price / average - 1.0;
        let confidence = (edge.abs() / EDGE / 4.0).clamp(0.05, 0.99);
        if self.rest > 0 {
            self.rest -= 1;
            return Opinion { intent: Intent::Hold, confidence, average };
        }
        let intent = if edge < -EDGE && self.lots < LOTS_MAX {
            Intent::Buy
        } else if edge > EDGE && self.lots > 0 {
            Intent::Sell
        } else {
            Intent::Hold
        };
        Opinion { intent, confidence, average }
    }

    /// Its order was filled.
    pub(super) fn filled(&mut self, intent: Intent) {
        self.rest = 1;
        match intent {
            Intent::Buy => self.lots += 1,
            Intent::Sell => self.lots = self.lots.saturating_sub(1),
            Intent::Hold => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_buys_low_sells_high_and_holds_no_more_than_it_may() {
        let mut strategy = Strategy::default();
        assert_eq!(strategy.look(100.0).intent, Intent::Hold);
        assert_eq!(strategy.look(99.0).intent, Intent::Buy);
        strategy.filled(Intent::Buy);
        assert_eq!(strategy.look(98.0).intent, Intent::Hold, "it rests after a trade");
        assert_eq!(strategy.look(110.0).intent, Intent::Sell);
        strategy.filled(Intent::Sell);
        strategy.look(110.0);
        assert_eq!(strategy.look(120.0).intent, Intent::Hold, "it sells nothing that it does not hold");
    }
}
