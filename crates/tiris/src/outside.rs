//! What the stall has of the outside world and of keys: identity providers, an HTTP client, the vault, makers of API keys.

use crate::settings::{OutsideSettings, ProviderNames};
use identity::SystemChance;
use identity::proofs::api_key::ApiKeyMaker;
use identity::proofs::oauth::{
    AttemptKey, OidcProvider, OidcSettings, RedirectAllowList, WechatApp, WechatProvider, WechatSettings,
};
use identity::proofs::password::Passwords;
use outbound::HttpClient;
use std::sync::Arc;
use vault::{KeyEncryptionKeys, Vault};

/// The key that fingerprints and development vaults are derived with.
const KEY_BYTES: usize = vault::KEY_BYTES;

/// All of it.
pub struct Outside {
    /// Google, where we have a name there.
    pub google: Option<OidcProvider>,
    /// WeChat, where we have a name there.
    pub wechat: Option<WechatProvider>,
    /// Where a sign-in may return to.
    pub redirects: RedirectAllowList,
    /// From which nonces and verifiers follow.
    pub attempts: AttemptKey,
    /// Seals what is secret.
    pub vault: Vault,
    /// Makes and reads API keys.
    pub api_keys: ApiKeyMaker,
    /// Asks servers of others.
    pub client: HttpClient,
    /// Hashes and compares passwords.
    pub passwords: Passwords,
    /// Who is an admin by configuration; empty: nobody.
    pub admin_email: String,
}

impl Outside {
    /// The outside world of these settings; `key` is the stall's signing key, from which keys for other uses are derived.
    /// Errors: a sentence for the operator.
    pub fn new(settings: OutsideSettings, key: &[u8], password_cost: u32) -> Result<Self, String> {
        let client = HttpClient::default();
        let redirects = RedirectAllowList::parse(&settings.redirects.join(","))?;
        let master = settings.master_keys.join(",");
        let keys = if master.is_empty() {
            tracing::warn!(
                "tiris.master_keys is empty: secrets are sealed with a key that follows from the site's"
            );
            KeyEncryptionKeys::new([(1, derived(key, "tiris vault v1"))])
        } else {
            vault::parse_keys(&master)
        };
        let keys = keys.map_err(|fault| format!("tiris.master_keys: {fault}"))?;
        Ok(Self {
            google: google(&settings.google, &client),
            wechat: wechat(&settings.wechat, &client),
            redirects,
            attempts: AttemptKey::derive(key),
            vault: Vault::new(keys, derived(key, "tiris fingerprints v1")),
            api_keys: ApiKeyMaker::derive(key),
            client,
            passwords: Passwords::new(password_cost, workers(), Arc::new(SystemChance)),
            admin_email: settings.admin_email,
        })
    }

    /// Overwrites its argument with unguessable bytes.
    pub fn fill(room: &mut [u8]) {
        identity::Chance::fill(&identity::SystemChance, room);
    }
}

/// Half of the machine may hash passwords.
fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}

fn google(names: &ProviderNames, client: &HttpClient) -> Option<OidcProvider> {
    let settings = OidcSettings {
        issuer: names.issuer_or_api_url.clone(),
        discovery_url: names.discovery_or_open_url.clone(),
        client_id: names.id.clone(),
        client_secret: names.secret.clone(),
    };
    (!names.id.is_empty()).then(|| OidcProvider::new(settings, client.clone()))
}

fn wechat(names: &ProviderNames, client: &HttpClient) -> Option<WechatProvider> {
    let app = |id: &str, secret: &str| WechatApp { app_id: id.to_owned(), secret: secret.to_owned() };
    let qr = app(&names.id, &names.secret);
    let in_app = match names.in_app_id.as_str() {
        "" => qr.clone(),
        id => app(id, &names.in_app_secret),
    };
    let settings = WechatSettings {
        qr,
        in_app,
        api_url: names.issuer_or_api_url.clone(),
        open_url: names.discovery_or_open_url.clone(),
    };
    (!names.id.is_empty()).then(|| WechatProvider::new(settings, client.clone()))
}

/// A key for another use.
fn derived(key: &[u8], purpose: &str) -> [u8; KEY_BYTES] {
    vault::derive_key(key, purpose)
}
