//! The waiting room.

use super::super::{JoinForm, QueuePage, QueueStage, Spot};
use super::parts::{bangkok, shell_of_mali};
use super::{Drawn, drawn};

pub fn all() -> Vec<Drawn> {
    let form = || JoinForm { waiting: 1_204, opens: Some(bangkok(0, 1)), work: Some((12, "00ff".into())) };
    let spot = Spot {
        ahead: 12_345,
        behind: 678,
        wait: "about 12 minutes".into(),
        range: "between 9 and 16 minutes".into(),
        may_sell_out: true,
    };
    vec![
        drawn("queue-outside", &page(QueueStage::Outside(form()))),
        drawn("queue-early", &page(QueueStage::Early { opens: Some(bangkok(0, 1)), waiting: 1 })),
        drawn("queue-waiting", &page(QueueStage::Waiting(spot))),
        drawn("queue-sold-out", &page(QueueStage::SoldOut)),
        drawn("queue-ready", &page(QueueStage::Ready { until_ms: 1_795_253_700_000, left: "5:00".into() })),
        drawn("queue-used", &page(QueueStage::Used)),
        drawn("queue-ran-out", &page(QueueStage::RanOut(JoinForm { opens: None, work: None, ..form() }))),
    ]
}

fn page(stage: QueueStage) -> QueuePage {
    QueuePage {
        shell: shell_of_mali("Waiting room: Neon Tide"),
        title: "Neon Tide: The Last Summer Tour".into(),
        event_href: "/rush/events/neon-tide".into(),
        href: "/rush/queue/neon-tide".into(),
        stage,
        commitment: "8d".repeat(32),
        proof_href: Some("/rush/api/v1/queue/shuffle/0198c2e4".into()),
        token: Some("ab".repeat(16)),
    }
}
