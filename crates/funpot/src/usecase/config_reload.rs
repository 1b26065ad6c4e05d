//! Taking over what was changed while running, by this node or another.

use crate::app::App;
use crate::domain::live_config::{self, LiveConfig, NUMBERS};
use crate::store::config::{self, ConfigRow};
use std::sync::Arc;
use store::StoreError;

/// Reads the table and puts what it says in force; whether anything changed. A value that this program does not know or would
/// refuse today is passed over.
pub async fn run(app: &App) -> Result<bool, StoreError> {
    let rows = app.store.read(config::all).await?;
    let next = rows.iter().fold(app.settings.live.clone(), applied);
    if next == **app.config.load() {
        return Ok(false);
    }
    app.config.store(Arc::new(next));
    Ok(true)
}

fn applied(mut config: LiveConfig, row: &ConfigRow) -> LiveConfig {
    if let Some(flag) = row.key.strip_prefix("flag.").and_then(live_config::flag) {
        config.set_flag(flag, row.value == "true");
    } else if let (Some(key), Ok(value)) = (live_config::number_key(&row.key), row.value.parse::<i64>()) {
        let spec = NUMBERS[key as usize];
        config.set_number(key, value.clamp(spec.least, spec.most));
    }
    config
}
