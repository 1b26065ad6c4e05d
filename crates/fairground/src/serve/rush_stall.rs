//! Opening Rush as the configuration says.

use crate::config::Config;
use identity::lockout::LockoutRules;
use identity::{Identity, IdentityParts, Keyring, Passwords, SigningKey, SystemChance};
use kernel::Clock;
use rush::app::App;
use rush::gateway::{MockGateway, MockSettings, Payments};
use rush::open::Opening;
use std::sync::Arc;
use std::time::Duration;

/// Opens the stall. Errors: a sentence for the operator.
pub async fn open_rush(config: &Config, clock: Arc<dyn Clock>) -> Result<Arc<App>, String> {
    let opening = Opening {
        payments: payments(config, &clock),
        clock,
        node: u8::try_from(config.number("node")).unwrap_or_default(),
        public: config.public_ids(),
        identity: identity(config)?,
        batch_max: config.size("rush.batch_max"),
        queue_max: config.size("rush.queue_max"),
    };
    App::open(&config.store("rush"), opening).await.map_err(|error| error.to_string())
}

/// The mock gateway, as configured; outside production it has a secret of its own to sign webhooks with.
fn payments(config: &Config, clock: &Arc<dyn Clock>) -> Payments {
    let secret = match config.text("payments.webhook_secret") {
        "" => "fairground development webhook secret; not a secret",
        secret => secret,
    };
    let settings = MockSettings {
        success_percent: u8::try_from(config.number("payments.mock.success_percent")).unwrap_or(100),
        delay: Duration::from_millis(config.number("payments.mock.delay_ms").unsigned_abs()),
        seed: config.number("payments.mock.seed").unsigned_abs(),
        webhook_secret: secret.as_bytes().to_vec(),
    };
    Payments::new(Arc::new(MockGateway::new(settings, Arc::clone(clock))))
}

fn identity(config: &Config) -> Result<Identity, String> {
    let current = SigningKey::named_by_itself(&config.signing_key()).map_err(|error| error.to_string())?;
    let older: Result<Vec<_>, _> =
        config.older_signing_keys().iter().map(|key| SigningKey::named_by_itself(key)).collect();
    let older = older.map_err(|error| format!("auth.older_signing_keys: {error}"))?;
    let keyring = Keyring::new(current, older).map_err(|error| error.to_string())?;
    let chance = Arc::new(SystemChance);
    // Half the cores may hash passwords at once, so that logging in never slows buying down.
    let workers = std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2));
    let factor = u32::try_from(config.number("http.rate_limit_factor")).unwrap_or(u32::MAX);
    let cost = u32::try_from(config.number("auth.bcrypt_cost")).unwrap_or(identity::PASSWORD_COST);
    Ok(Identity::new(IdentityParts {
        keyring,
        public: config.public_ids(),
        audience: "rush",
        passwords: Passwords::new(cost, workers, chance.clone()),
        lockout: LockoutRules::default().address_times(factor),
        chance,
        public_url: config.public_url(),
    }))
}
