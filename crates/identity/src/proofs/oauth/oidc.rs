//! A provider that speaks OpenID Connect: authorization code with PKCE and nonce, the identity token verified against its
//! published keys. Google is one; any other with discovery is too.

use super::fault::{OAuthFault, word};
use super::id_token::{self, Expected, IdClaims};
use super::key_cache::ProviderCache;
use super::profile::{ProvedIdentity, ProviderGrant};
use super::{KeySet, LoginAttempt};
use form_urlencoded::Serializer;
use kernel::Timestamp;
use outbound::{HttpClient, Request};
use serde::Deserialize;
use std::sync::Arc;

/// Who issues Google's tokens.
pub const GOOGLE_ISSUER: &str = "https://accounts.google.com";
/// Where Google says where its doors are.
pub const GOOGLE_DISCOVERY_URL: &str = "https://accounts.google.com/.well-known/openid-configuration";

/// How a provider knows us. Its `Debug` form hides the secret.
#[derive(Clone)]
pub struct OidcSettings {
    /// Who issues the tokens.
    pub issuer: String,
    /// Where the discovery document lies.
    pub discovery_url: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there.
    pub client_secret: String,
}

impl std::fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OidcSettings({}, {}, secret hidden)", self.issuer, self.client_id)
    }
}

/// A provider with discovery.
#[derive(Debug)]
pub struct OidcProvider {
    settings: OidcSettings,
    client: HttpClient,
    cache: ProviderCache,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Option<String>,
    id_token: Option<String>,
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: i64,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct ErrorAnswer {
    error: String,
}

impl OidcProvider {
    /// A provider that is asked through `client`.
    #[must_use]
    pub fn new(settings: OidcSettings, client: HttpClient) -> Self {
        Self { settings, client, cache: ProviderCache::default() }
    }

    /// Where the browser goes. Errors: the provider cannot be discovered.
    pub async fn authorization_url(
        &self,
        attempt: &LoginAttempt,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<String, OAuthFault> {
        let doors = self.doors(now).await?;
        let query = Serializer::new(String::new())
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("response_type", "code")
            .append_pair("scope", "openid email profile")
            .append_pair("state", &attempt.state())
            .append_pair("nonce", attempt.nonce())
            .append_pair("code_challenge", &attempt.challenge())
            .append_pair("code_challenge_method", "S256")
            .append_pair("access_type", "offline")
            .finish();
        let joint = if doors.authorization_endpoint.contains('?') { '&' } else { '?' };
        Ok(format!("{}{joint}{query}", doors.authorization_endpoint))
    }

    /// Exchanges `code` and verifies who it proves. Errors: see [`OAuthFault`].
    pub async fn exchange(
        &self,
        code: &str,
        attempt: &LoginAttempt,
        redirect_uri: &str,
        now: Timestamp,
    ) -> Result<ProvedIdentity, OAuthFault> {
        let doors = self.doors(now).await?;
        let answer = self.token(&doors.token_endpoint, code, attempt, redirect_uri).await?;
        let id_token =
            answer.id_token.as_deref().ok_or(OAuthFault::AnswerIsMalformed("no identity token"))?;
        let claims = self.verify(id_token, &doors.jwks_uri, attempt.nonce(), now).await?;
        Ok(proved(claims, answer))
    }

    /// Whether the provider answers, for a health page. Never asks more than once an hour while it does.
    pub async fn probe(&self, now: Timestamp) -> Result<(), OAuthFault> {
        self.doors(now).await.map(drop)
    }

    async fn doors(&self, now: Timestamp) -> Result<Arc<super::key_cache::Doors>, OAuthFault> {
        let place = (self.settings.discovery_url.as_str(), self.settings.issuer.as_str());
        self.cache.doors(&self.client, place, now).await
    }

    async fn token(
        &self,
        url: &str,
        code: &str,
        attempt: &LoginAttempt,
        redirect_uri: &str,
    ) -> Result<TokenAnswer, OAuthFault> {
        let form = Serializer::new(String::new())
            .append_pair("grant_type", "authorization_code")
            .append_pair("code", code)
            .append_pair("client_id", &self.settings.client_id)
            .append_pair("client_secret", &self.settings.client_secret)
            .append_pair("redirect_uri", redirect_uri)
            .append_pair("code_verifier", attempt.verifier())
            .finish();
        let answer = self.client.send(Request::post_form(url.to_owned(), form)).await?;
        match answer.status {
            200 => serde_json::from_slice(&answer.body)
                .map_err(|_| OAuthFault::AnswerIsMalformed("the token answer cannot be read")),
            400..=499 => Err(refusal(&answer.body)),
            status => Err(OAuthFault::ProviderIsAway(format!("it answered {status}"))),
        }
    }

    async fn verify(
        &self,
        token: &str,
        jwks_uri: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<IdClaims, OAuthFault> {
        let named = id_token::named_key(token)?;
        let keys: Arc<KeySet> = self.cache.keys_with(&self.client, jwks_uri, &named, now).await?;
        let OidcSettings { issuer, client_id, .. } = &self.settings;
        Ok(id_token::verify(token, &keys, Expected { issuer, client_id, nonce, now })?)
    }
}

fn refusal(body: &[u8]) -> OAuthFault {
    let said = serde_json::from_slice(body).map(|answer: ErrorAnswer| word(&answer.error));
    OAuthFault::ProviderRefuses(said.unwrap_or_else(|_| "without a word".to_owned()))
}

fn proved(claims: IdClaims, answer: TokenAnswer) -> ProvedIdentity {
    ProvedIdentity {
        email_verified: claims.email_is_verified(),
        subjects: vec![claims.sub],
        email: claims.email,
        name: claims.name,
        avatar: claims.picture,
        grant: ProviderGrant {
            access_token: answer.access_token.unwrap_or_default(),
            refresh_token: answer.refresh_token,
            expires_in_s: answer.expires_in,
            scope: answer.scope,
        },
    }
}
