//! A second opinion on the ledger's tables, in SQL alone: for the end of any story that moved units.
//!
//! It shares no code with the ledger and none with `fairground check`. Amounts near the ends of `i64` are not for it.

use store::{Store, StoreError, Tx};

/// A question whose answer must be no rows; each row that comes is a problem in words.
struct Question {
    about: &'static str,
    sql: &'static str,
}

const QUESTIONS: &[Question] = &[
    Question {
        about: "an asset does not sum to zero",
        sql: "SELECT asset || ' ' || CAST(SUM(credits_posted - debits_posted) AS TEXT) FROM accounts
              GROUP BY asset HAVING SUM(credits_posted - debits_posted) <> 0",
    },
    Question {
        about: "an account's posted sums are not those of its transfers",
        sql: "SELECT CAST(a.id AS TEXT) FROM accounts a WHERE
                a.debits_posted <> (SELECT COALESCE(SUM(amount), 0) FROM transfers t WHERE t.kind IN (1, 3) AND t.debit = a.id)
                OR a.credits_posted <> (SELECT COALESCE(SUM(amount), 0) FROM transfers t WHERE t.kind IN (1, 3) AND t.credit = a.id)",
    },
    Question {
        about: "an account's pending sums are not those of the holds",
        sql: "SELECT CAST(a.id AS TEXT) FROM accounts a WHERE
                a.debits_pending <> (SELECT COALESCE(SUM(amount), 0) FROM holds h WHERE h.debit = a.id)
                OR a.credits_pending <> (SELECT COALESCE(SUM(amount), 0) FROM holds h WHERE h.credit = a.id)",
    },
    Question {
        about: "an account is beyond a limit",
        sql: "SELECT CAST(id AS TEXT) FROM accounts WHERE credits_posted - debits_posted - debits_pending < floor
                OR credits_posted - debits_posted + credits_pending > ceiling",
    },
    Question {
        about: "a hold is no open pending transfer",
        sql: "SELECT CAST(h.id AS TEXT) FROM holds h LEFT JOIN transfers t ON t.id = h.id AND t.kind = 2
                AND t.debit = h.debit AND t.credit = h.credit AND t.amount = h.amount AND t.expires_at = h.expires_at
              WHERE t.id IS NULL OR EXISTS (SELECT 1 FROM transfers r WHERE r.pending_id = h.id)",
    },
    Question {
        about: "a pending transfer is neither held nor resolved once",
        sql: "SELECT CAST(t.id AS TEXT) FROM transfers t WHERE t.kind = 2
                AND (SELECT COUNT(*) FROM transfers r WHERE r.pending_id = t.id)
                  + (SELECT COUNT(*) FROM holds h WHERE h.id = t.id) <> 1",
    },
];

/// Everything that is wrong with the ledger in `store`, in one snapshot; nothing when it is sound.
pub async fn problems(store: &Store) -> Vec<String> {
    let answers = store.read(|tx| {
        let found: Result<Vec<Vec<String>>, StoreError> =
            QUESTIONS.iter().map(|question| run(tx, question)).collect();
        Ok::<_, StoreError>(found?.concat())
    });
    answers.await.expect("the ledger's tables can be read")
}

/// Panics with every problem of the ledger in `store`, if there is one.
pub async fn assert_sound(store: &Store) {
    let problems = problems(store).await;
    assert!(problems.is_empty(), "the ledger is not sound: {problems:#?}");
}

fn run(tx: &mut Tx<'_>, question: &Question) -> Result<Vec<String>, StoreError> {
    tx.query(question.sql, &[], |row| Ok(format!("{}: {}", question.about, row.text(0)?)))
}
