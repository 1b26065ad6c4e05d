//! An operator's word to everybody who watches.

use super::audit_record::{Act, Acting, append};
use crate::app::App;
use crate::domain::pot_event::{self, SystemNotice};
use serde_json::json;
use std::sync::Arc;
use store::{StoreError, outbox};

/// Sends it, on every node, and puts it on record.
pub async fn run(app: &App, acting: Acting, notice: SystemNotice) -> Result<(), StoreError> {
    let (ids, now) = (Arc::clone(&app.ids), app.clock.now());
    app.store
        .write(move |tx| {
            let after = Some(json!({ "code": notice.code, "message": notice.message }));
            append(
                tx,
                &acting,
                Act { action: "notice.send", target: String::new(), before: None, after },
                now,
            )?;
            outbox::append(tx, &[pot_event::fact(ids.next(now), pot_event::NOTICE, 0, &notice, now)])
        })
        .await
}
