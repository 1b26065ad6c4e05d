//! Each claim of `fairground check` about this stall is seen to fail when what it claims is not so.

use crate::harness::Story;
use testkit::open_stall::broken_claims;

testkit::on_both_backends! {
    through crate::harness:
    every_claim_about_the_stall_sees_what_breaks_it;
}

/// What a claim says, a statement that makes it untrue, and one that makes it true again.
struct Breach {
    claim: &'static str,
    breaks: &'static str,
    repairs: &'static str,
}

const BREACHES: &[Breach] = &[
    Breach {
        claim: "every vote's stake was taken once",
        breaks: "UPDATE votes SET cost = cost + 1 WHERE seq = 1",
        repairs: "UPDATE votes SET cost = cost - 1 WHERE seq = 1",
    },
    Breach {
        claim: "every user has one vote on an event",
        breaks: "UPDATE votes SET user_id = user_id + 1 WHERE seq = 1",
        repairs: "UPDATE votes SET user_id = user_id - 1 WHERE seq = 1",
    },
    Breach {
        claim: "every event counts its votes",
        breaks: "UPDATE events SET votes = votes + 1",
        repairs: "UPDATE events SET votes = votes - 1",
    },
    Breach {
        claim: "every pot holds its event's stakes",
        breaks: "UPDATE events SET settlement = 'voided' WHERE settlement = 'none'",
        repairs: "UPDATE events SET settlement = 'none' WHERE settlement = 'voided'",
    },
    Breach {
        claim: "every settled vote got what the split gives it",
        breaks: "UPDATE votes SET payout = payout + 1 WHERE outcome = 'won'",
        repairs: "UPDATE votes SET payout = payout - 1 WHERE outcome = 'won'",
    },
    Breach {
        claim: "every settled vote got what the split gives it",
        breaks: "UPDATE settlements SET rake = rake + 1",
        repairs: "UPDATE settlements SET rake = rake - 1",
    },
    Breach {
        claim: "no wallet is below zero",
        breaks: "UPDATE accounts SET code = 7 WHERE id = 5",
        repairs: "UPDATE accounts SET code = 5 WHERE id = 5",
    },
    Breach {
        claim: "every charge was credited once",
        breaks: "INSERT INTO star_charges (charge_id, user_id, tg_user_id, stars, amount_int, paid_at, refunded_at) VALUES ('x', 5, 5, 1, 1, 1, 2)",
        repairs: "DELETE FROM star_charges WHERE charge_id = 'x'",
    },
    Breach {
        claim: "what came from Stars is what was charged",
        breaks: "INSERT INTO star_charges (charge_id, user_id, tg_user_id, stars, amount_int, paid_at) VALUES ('x', 5, 5, 1, 1, 1)",
        repairs: "DELETE FROM star_charges WHERE charge_id = 'x'",
    },
    Breach {
        claim: "every bonus was paid once",
        breaks: "INSERT INTO referral_payouts (id, inviter_user_id, invitee_user_id, charge_id, amount_int, created_at) VALUES (1, 2, 3, 'x', 5, 1)",
        repairs: "DELETE FROM referral_payouts WHERE id = 1",
    },
    Breach {
        claim: "every withdrawal is its pending transfer",
        breaks: "INSERT INTO withdrawals (id, user_id, key, amount_int, status, created_at, updated_at) VALUES (1, 2, 'k', 5, 'done', 1, 1)",
        repairs: "DELETE FROM withdrawals WHERE id = 1",
    },
];

async fn execute(story: &Story, sql: &'static str) {
    let changed: Result<u64, store::StoreError> =
        story.stall.store.write(move |tx| tx.execute(sql, &[])).await;
    assert!(changed.expect("a statement") > 0, "changes nothing: {sql}");
}

async fn every_claim_about_the_stall_sees_what_breaks_it(story: Story) {
    let admin = story.person(&["admin"]).await;
    let streamer = story.streamer(&admin).await;
    let settled = story.event(&admin, &streamer, 100).await;
    for option in ["a", "b", "b"] {
        let voter = story.viewer(200).await;
        story.voted(&voter, &settled, option).await;
    }
    story.pass(60).await;
    story.resolve(&admin, &settled, "a").await;
    story.pass(0).await;
    let open = story.event(&admin, &streamer, 100).await;
    let voter = story.viewer(200).await;
    story.voted(&voter, &open, "a").await;
    let place = story.stall.place.clone();
    assert_eq!(broken_claims("funpot", &place).await, Vec::<String>::new(), "sound at first");
    for Breach { claim, breaks, repairs } in BREACHES {
        execute(&story, breaks).await;
        let broken = broken_claims("funpot", &place).await;
        assert!(
            broken.iter().any(|text| text.contains(claim)),
            "{breaks}: `{claim}` is not among {broken:?}"
        );
        execute(&story, repairs).await;
    }
    assert_eq!(broken_claims("funpot", &place).await, Vec::<String>::new(), "sound again");
}
