//! Our reading of identity providers against the simulated ones: the whole way of a log-in, every fault, keys that rotate.

use identity::proofs::oauth::{
    AttemptKey, LoginAttempt, OAuthFault, OidcProvider, OidcSettings, ProvedIdentity, WechatApp, WechatMode,
    WechatProvider, WechatSettings,
};
use kernel::{Clock as _, ManualClock, Timestamp};
use mock::{MockOptions, Running, oauth};
use outbound::{HttpClient, Request};
use std::sync::Arc;
use std::time::Duration;

const REDIRECT: &str = "http://localhost:3000/oauth/callback";

/// Both providers and their readers.
struct World {
    mock: Running,
    clock: Arc<ManualClock>,
    google: OidcProvider,
    wechat: WechatProvider,
    client: HttpClient,
    _shutdown: web::Shutdown,
}

async fn world() -> World {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(1_893_456_000)));
    let (shutdown, closing) = web::shutdown();
    let options = MockOptions { clock: clock.clone(), ..MockOptions::default() };
    let mock = mock::start("oauth", &options, closing).await.expect("the mock starts");
    let url = |key: &str| mock.endpoint(key).expect("the mock says where it is").to_owned();
    let client = HttpClient::new(Duration::from_millis(500));
    let google = OidcSettings {
        issuer: url("tiris.google_issuer"),
        discovery_url: url("tiris.google_discovery_url"),
        client_id: oauth::CLIENT_ID.to_owned(),
        client_secret: oauth::CLIENT_SECRET.to_owned(),
    };
    let app = |id: &str| WechatApp { app_id: id.to_owned(), secret: oauth::WECHAT_APP_SECRET.to_owned() };
    let wechat = WechatSettings {
        qr: app(oauth::WECHAT_APP_ID),
        in_app: app(oauth::WECHAT_IN_APP_ID),
        api_url: url("tiris.wechat_api_url"),
        open_url: url("tiris.wechat_open_url"),
    };
    let (google, wechat) =
        (OidcProvider::new(google, client.clone()), WechatProvider::new(wechat, client.clone()));
    World { mock, clock, google, wechat, client, _shutdown: shutdown }
}

impl World {
    async fn control(&self, query: &str) {
        let url = format!("http://{}/control?{query}", self.mock.address);
        let answer =
            self.client.send(Request::post_form(url, String::new())).await.expect("the mock answers");
        assert_eq!(answer.status, 200, "{query}");
    }

    /// A browser's walk through a provider's page: the code and the state it carries back.
    async fn browse(&self, url: &str, person: &str) -> (String, String) {
        let url = url.split('#').next().expect("split gives at least one part");
        let url = format!("{url}&login_hint={person}");
        let answer = self.client.send(Request::get(url)).await.expect("the page answers");
        let location = answer.header("location").expect("the page sends the browser back").to_owned();
        let (place, query) = location.split_once('?').expect("with a query");
        assert_eq!(place, REDIRECT);
        let value = |name: &str| {
            let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            pair.expect("code and state come back").to_owned()
        };
        (value("code"), value("state"))
    }

    async fn google_login(&self, person: &str) -> Result<ProvedIdentity, OAuthFault> {
        let key = AttemptKey::derive(b"test");
        let attempt = LoginAttempt::draw(&key, &identity::SystemChance);
        let now = self.clock.now();
        let url = self.google.authorization_url(&attempt, REDIRECT, now).await?;
        let (code, state) = self.browse(&url, person).await;
        let attempt = LoginAttempt::returned(&key, &state).expect("the state comes back as it went");
        self.google.exchange(&code, &attempt, REDIRECT, now).await
    }

    async fn wechat_login(&self, mode: WechatMode, person: &str) -> Result<ProvedIdentity, OAuthFault> {
        let attempt = LoginAttempt::draw(&AttemptKey::derive(b"test"), &identity::SystemChance);
        let url = self.wechat.authorization_url(mode, &attempt, REDIRECT);
        assert!(url.ends_with("#wechat_redirect"), "{url}");
        let (code, _) = self.browse(&url, person).await;
        self.wechat.exchange(mode, &code).await
    }
}

#[tokio::test]
async fn google_proves_who_somebody_is_and_each_fault_is_refused_by_name() {
    let world = world().await;
    let ann = world.google_login("ann").await.unwrap();
    assert_eq!((ann.email.as_deref(), ann.email_verified), (Some("ann@example.com"), true));
    assert_eq!(ann.name.as_deref(), Some("Ann Lee"));
    assert_eq!(world.google_login("ann").await.unwrap().subjects, ann.subjects);
    for (fault, expected) in [
        ("wrong_audience", "id_token_audience"),
        ("wrong_issuer", "id_token_issuer"),
        ("wrong_nonce", "id_token_nonce"),
        ("expired", "id_token_expired"),
        ("unknown_key", "id_token_unknown_key"),
        ("no_algorithm", "id_token_algorithm"),
        ("slow", "provider_away"),
        ("away", "provider_away"),
        ("redirect", "provider_away"),
    ] {
        let (key, now) = (AttemptKey::derive(b"test"), world.clock.now());
        let attempt = LoginAttempt::draw(&key, &identity::SystemChance);
        let url = world.google.authorization_url(&attempt, REDIRECT, now).await.unwrap();
        let (code, _) = world.browse(&url, "ann").await;
        world.control(&format!("provider=google&fault={fault}")).await;
        let refused = world.google.exchange(&code, &attempt, REDIRECT, now).await.unwrap_err();
        assert_eq!(refused.as_str(), expected, "{fault}: {refused}");
        world.control("provider=google&fault=none").await;
    }
    world.control("provider=google&fault=unverified_mail").await;
    assert!(!world.google_login("ann").await.unwrap().email_verified);
}

#[tokio::test]
async fn a_code_is_good_once_for_its_verifier_and_its_redirect() {
    let world = world().await;
    let (key, now) = (AttemptKey::derive(b"test"), world.clock.now());
    let attempt = LoginAttempt::draw(&key, &identity::SystemChance);
    let url = world.google.authorization_url(&attempt, REDIRECT, now).await.unwrap();
    let other = LoginAttempt::draw(&key, &identity::SystemChance);
    let (code, _) = world.browse(&url, "ann").await;
    let stolen = world.google.exchange(&code, &other, REDIRECT, now).await.unwrap_err();
    assert!(matches!(stolen, OAuthFault::ProviderRefuses(word) if word == "invalid_grant"));
    let (code, _) = world.browse(&url, "ann").await;
    assert!(world.google.exchange(&code, &attempt, "http://localhost:3000/other", now).await.is_err());
    let (code, _) = world.browse(&url, "ann").await;
    assert!(world.google.exchange(&code, &attempt, REDIRECT, now).await.is_ok());
    assert!(world.google.exchange(&code, &attempt, REDIRECT, now).await.is_err(), "a second time");
}

#[tokio::test]
async fn keys_that_rotate_are_looked_up_again_and_unknown_ones_do_not_make_us_ask_for_ever() {
    let world = world().await;
    for _ in 0..4 {
        world.google_login("ann").await.unwrap();
        world.control("rotate=keys").await;
    }
    world.control("provider=google&fault=unknown_key").await;
    for _ in 0..12 {
        assert_eq!(world.google_login("ann").await.unwrap_err().as_str(), "id_token_unknown_key");
    }
    world.control("provider=google&fault=none").await;
    world.clock.advance_secs(61);
    assert!(world.google_login("ann").await.is_ok(), "a minute later it is asked again");
}

#[tokio::test]
async fn a_provider_that_is_away_for_a_while_is_still_known() {
    let world = world().await;
    world.google_login("ann").await.unwrap();
    world.clock.advance_secs(2 * 3600);
    world.control("provider=google&fault=away").await;
    assert!(world.google.probe(world.clock.now()).await.is_ok());
    world.clock.advance_secs(23 * 3600);
    assert_eq!(world.google.probe(world.clock.now()).await.unwrap_err().as_str(), "provider_away");
}

#[tokio::test]
async fn wechat_proves_one_person_at_both_of_its_doors() {
    let world = world().await;
    let at_desk = world.wechat_login(WechatMode::Qr, "chen").await.unwrap();
    let in_app = world.wechat_login(WechatMode::InApp, "chen").await.unwrap();
    assert_eq!(at_desk.subjects[0], in_app.subjects[0], "the shared name comes first");
    assert_ne!(at_desk.subjects[1], in_app.subjects[1], "each application has its own");
    assert_eq!((at_desk.email, at_desk.name.as_deref()), (None, Some("陈伟")));
    world.control("provider=wechat&fault=no_union").await;
    let alone = world.wechat_login(WechatMode::Qr, "chen").await.unwrap();
    assert_eq!(alone.subjects, [at_desk.subjects[1].clone()]);
}

#[tokio::test]
async fn wechats_failure_inside_a_200_is_a_failure_and_tells_no_secret() {
    let world = world().await;
    let attempt = LoginAttempt::draw(&AttemptKey::derive(b"test"), &identity::SystemChance);
    let url = world.wechat.authorization_url(WechatMode::Qr, &attempt, REDIRECT);
    let (code, _) = world.browse(&url, "chen").await;
    world.control("provider=wechat&fault=errcode").await;
    let refused = world.wechat.exchange(WechatMode::Qr, &code).await.unwrap_err();
    assert!(matches!(&refused, OAuthFault::ProviderRefuses(word) if word == "errcode 40029"));
    world.control("provider=wechat&fault=away").await;
    let away = world.wechat.exchange(WechatMode::Qr, &code).await.unwrap_err();
    for text in [format!("{refused} {refused:?}"), format!("{away} {away:?}"), format!("{:?}", world.wechat)]
    {
        assert!(!text.contains(oauth::WECHAT_APP_SECRET) && !text.contains(&code), "{text}");
    }
}
