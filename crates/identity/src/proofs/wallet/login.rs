//! Whether a message is acceptable, and a log-in verified by it. Pure: the nonce is used up by the caller, afterwards.

use super::grammar::{self, Moment, origin_of};
use super::refusal::SiweRefusal;
use super::session_key::NamedKey;
use super::signature::{SignatureFault, WalletSignature, eip191_hash};
use super::siwe::Siwe;
use super::{NONCE_CHARS_MIN, checksummed};
use kernel::{Timestamp, WalletAddress};

/// Seconds that may pass from the writing of a message until it arrives.
pub const ISSUED_AGO_MAX_S: i64 = super::nonce::NONCE_LIFETIME_S;
/// Seconds by which a wallet's clock may be ahead of ours.
pub const ISSUED_AHEAD_MAX_S: i64 = 5;

/// What a site accepts; all of it is configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// `host[:port]`, exactly as browsers show it.
    pub domain: String,
    /// Any address of the site; its origin counts.
    pub uri: String,
    /// What the wallet's owner reads, word for word.
    pub statement: String,
    /// Chains of which accounts may log in.
    pub chain_ids: Vec<u64>,
    /// What session keys are called: `{urn}:0x…`.
    pub key_urn: String,
}

/// A setting with which nobody could ever log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RulesFault {
    /// The domain is no `host[:port]`.
    DomainIsMalformed,
    /// The URI has no origin.
    UriHasNoOrigin,
    /// The statement is empty or holds what EIP-4361 does not allow: a line feed, quotation marks, letters beyond ASCII.
    StatementIsMalformed,
    /// No chain is allowed.
    ChainListIsEmpty,
    /// The name of session keys does not begin a URI.
    KeyUrnIsMalformed,
}

impl Rules {
    /// Everything that is wrong with the settings, to be asked at start.
    #[must_use]
    pub fn faults(&self) -> Vec<RulesFault> {
        let checks = [
            (grammar::is_domain(&self.domain), RulesFault::DomainIsMalformed),
            (origin_of(&self.uri).is_some() && grammar::is_uri(&self.uri), RulesFault::UriHasNoOrigin),
            (grammar::is_statement(&self.statement), RulesFault::StatementIsMalformed),
            (!self.chain_ids.is_empty(), RulesFault::ChainListIsEmpty),
            (grammar::is_uri(&self.key_urn), RulesFault::KeyUrnIsMalformed),
        ];
        checks.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault).collect()
    }
}

/// What a log-in proves.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedLogin {
    /// Whose wallet.
    pub wallet: WalletAddress,
    /// The nonce, which is still to be used up.
    pub nonce: String,
    /// The key that will sign in the wallet's stead.
    pub key: NamedKey,
}

impl std::fmt::Debug for VerifiedLogin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VerifiedLogin")
            .field("wallet", &self.wallet)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// Whether what the message says is acceptable at `now`; who signed it is another question.
///
/// Errors: the first of domain, URI, statement, chain, time that is not.
pub fn check(message: &Siwe<'_>, rules: &Rules, now: Timestamp) -> Result<(), SiweRefusal> {
    let checks = [
        (message.domain == rules.domain, SiweRefusal::DomainIsNotOurs),
        (is_ours(message, rules), SiweRefusal::UriIsNotOurs),
        (message.statement == Some(rules.statement.as_str()), SiweRefusal::StatementIsNotOurs),
        (rules.chain_ids.contains(&message.chain_id), SiweRefusal::ChainIsNotAllowed),
        (message.issued_at.at <= now.plus_secs(ISSUED_AHEAD_MAX_S), SiweRefusal::IssuedInTheFuture),
        (message.issued_at.at >= now.plus_secs(-ISSUED_AGO_MAX_S), SiweRefusal::IssuedTooLongAgo),
        (message.expires_at.is_none_or(|end| end.at > now), SiweRefusal::MessageIsExpired),
        (message.not_before.is_none_or(|start| start.at <= now), SiweRefusal::MessageIsNotYetValid),
    ];
    checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, refusal)| Err(refusal))
}

/// The session key that the first resource names. Errors: [`SiweRefusal::SessionKeyIsMissing`].
pub fn named_key(message: &Siwe<'_>, rules: &Rules) -> Result<NamedKey, SiweRefusal> {
    let first = message.resources.as_ref().and_then(|resources| resources.first().copied());
    let named = first.and_then(|resource| NamedKey::parse(&rules.key_urn, resource).ok());
    named.ok_or(SiweRefusal::SessionKeyIsMissing)
}

/// Whether the account that `message` names signed `text`, from which it was read. Errors: not, by name.
pub fn signed_by_its_wallet(message: &Siwe<'_>, text: &str, signature: &str) -> Result<(), SiweRefusal> {
    let signature = WalletSignature::parse(signature).map_err(SiweRefusal::SignatureIsUnusable)?;
    match signature.address(&eip191_hash(text.as_bytes())) {
        Ok(signer) if signer == message.address => Ok(()),
        Ok(_) | Err(SignatureFault::SignatureIsWrong) => Err(SiweRefusal::SignerIsAnother),
        Err(fault) => Err(SiweRefusal::SignatureIsUnusable(fault)),
    }
}

/// A whole log-in but for the nonce: read, check, find the key, then recover the signer.
///
/// The cheap checks come first; the caller uses the nonce up last, so that nobody can burn another's.
pub fn verify(
    text: &str,
    signature: &str,
    rules: &Rules,
    now: Timestamp,
) -> Result<VerifiedLogin, SiweRefusal> {
    let message = Siwe::parse(text).map_err(SiweRefusal::MessageIsMalformed)?;
    check(&message, rules, now)?;
    if message.nonce.len() < NONCE_CHARS_MIN {
        return Err(SiweRefusal::NonceIsNotOurs);
    }
    let key = named_key(&message, rules)?;
    signed_by_its_wallet(&message, text, signature)?;
    Ok(VerifiedLogin { wallet: message.address, nonce: message.nonce.to_owned(), key })
}

/// The message that `rules` ask `wallet` to sign.
#[must_use]
pub fn message_for(
    rules: &Rules,
    wallet: WalletAddress,
    nonce: &str,
    key: NamedKey,
    now: Timestamp,
) -> String {
    let (address, issued_at) = (checksummed(wallet), now.rfc3339());
    let resource = key.resource(&rules.key_urn);
    let message = Siwe {
        scheme: None,
        domain: &rules.domain,
        address: wallet,
        address_text: &address,
        statement: Some(&rules.statement),
        uri: &rules.uri,
        chain_id: rules.chain_ids.first().copied().unwrap_or(1),
        nonce,
        issued_at: Moment { text: &issued_at, at: now },
        expires_at: None,
        not_before: None,
        request_id: None,
        resources: Some(vec![&resource]),
    };
    message.render()
}

fn is_ours(message: &Siwe<'_>, rules: &Rules) -> bool {
    let (theirs, ours) = (origin_of(message.uri), origin_of(&rules.uri));
    let scheme = ours.and_then(|origin| origin.split_once("://")).map(|(scheme, _)| scheme);
    ours.is_some() && theirs == ours && message.scheme.is_none_or(|given| Some(given) == scheme)
}
