//! The message by which a wallet logs in: EIP-4361 read strictly and completely, and written back byte for byte.
//! What does not live here: whether what it says is acceptable, which is `login`'s.

use super::grammar::{self, Moment};
use super::{AddressFault, parse_address};
use kernel::WalletAddress;
use std::fmt::Write as _;

/// The longest message that is read; real ones have under 1 KiB.
pub const SIWE_BYTES_MAX: usize = 4096;

/// What follows the domain on the first line.
const GREETING: &str = " wants you to sign in with your Ethereum account:";

/// A message. Fields are borrowed as written; each is known to fit the grammar.
#[derive(Clone, PartialEq, Eq)]
pub struct Siwe<'t> {
    /// Of the origin, before `://`, where the message says so.
    pub scheme: Option<&'t str>,
    /// `host[:port]` of who asks.
    pub domain: &'t str,
    /// Who logs in.
    pub address: WalletAddress,
    /// The address as written: with its checksum, or in lower case.
    pub address_text: &'t str,
    /// What the wallet's owner reads.
    pub statement: Option<&'t str>,
    /// What the log-in is for.
    pub uri: &'t str,
    /// EIP-155.
    pub chain_id: u64,
    /// Eight letters and digits, or more.
    pub nonce: &'t str,
    /// When it was written.
    pub issued_at: Moment<'t>,
    /// When it is no longer good.
    pub expires_at: Option<Moment<'t>>,
    /// From when on it is good.
    pub not_before: Option<Moment<'t>>,
    /// What the asker calls the request; may be empty.
    pub request_id: Option<&'t str>,
    /// URIs; an empty list and none are two messages.
    pub resources: Option<Vec<&'t str>>,
}

/// A line of the message that has a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `URI: `
    Uri,
    /// `Version: `
    Version,
    /// `Chain ID: `
    ChainId,
    /// `Nonce: `
    Nonce,
    /// `Issued At: `
    IssuedAt,
    /// `Expiration Time: `
    ExpirationTime,
    /// `Not Before: `
    NotBefore,
    /// `Request ID: `
    RequestId,
    /// `- `, below `Resources:`
    Resource,
}

impl Field {
    /// What its line begins with.
    const fn label(self) -> &'static str {
        match self {
            Self::Uri => "URI: ",
            Self::Version => "Version: ",
            Self::ChainId => "Chain ID: ",
            Self::Nonce => "Nonce: ",
            Self::IssuedAt => "Issued At: ",
            Self::ExpirationTime => "Expiration Time: ",
            Self::NotBefore => "Not Before: ",
            Self::RequestId => "Request ID: ",
            Self::Resource => "- ",
        }
    }
}

/// Why a text is no such message: the first thing that does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SiweFault {
    /// Over [`SIWE_BYTES_MAX`].
    MessageIsTooLong,
    /// The first line does not ask anybody to sign in.
    GreetingIsMissing,
    /// The first line names no host.
    DomainIsMalformed,
    /// The second line is no address.
    AddressIsMalformed(AddressFault),
    /// The lines around the statement are not empty, or it holds what a statement cannot.
    StatementIsMalformed,
    /// Another line stands where this one must.
    FieldIsNotInItsPlace(Field),
    /// The line stands in its place and says nothing of its kind.
    FieldIsMalformed(Field),
    /// Something follows where the message ends: a line of a wrong kind, a doubled one, a line feed.
    TextGoesOn,
}

impl<'t> Siwe<'t> {
    /// Reads a message. Total: every text is a message or a fault, and [`Self::render`] of a message is the text.
    pub fn parse(text: &'t str) -> Result<Self, SiweFault> {
        if text.len() > SIWE_BYTES_MAX {
            return Err(SiweFault::MessageIsTooLong);
        }
        let mut lines = Lines { rest: Some(text) };
        let (scheme, domain) = greeting(lines.next())?;
        let address_text = lines.next();
        let address = parse_address(address_text).map_err(SiweFault::AddressIsMalformed)?;
        let statement = statement(&mut lines)?;
        let uri = lines.field(Field::Uri, |text| grammar::is_uri(text).then_some(text))?;
        lines.field(Field::Version, |text| (text == "1").then_some(()))?;
        let chain_id = lines.field(Field::ChainId, grammar::number)?;
        let nonce = lines.field(Field::Nonce, |text| grammar::is_nonce(text).then_some(text))?;
        let issued_at = lines.field(Field::IssuedAt, Moment::parse)?;
        let expires_at = lines.optional(Field::ExpirationTime, Moment::parse)?;
        let not_before = lines.optional(Field::NotBefore, Moment::parse)?;
        let is_request_id = |text| grammar::is_request_id(text).then_some(text);
        let request_id = lines.optional(Field::RequestId, is_request_id)?;
        let resources = resources(&mut lines)?;
        if lines.rest.is_some() {
            return Err(SiweFault::TextGoesOn);
        }
        Ok(Self {
            scheme,
            domain,
            address,
            address_text,
            statement,
            uri,
            chain_id,
            nonce,
            issued_at,
            expires_at,
            not_before,
            request_id,
            resources,
        })
    }

    /// The text that is signed: line feeds between lines, none at the end.
    #[must_use]
    pub fn render(&self) -> String {
        let mut text = self.scheme.map_or_else(String::new, |scheme| format!("{scheme}://"));
        let _ = write!(text, "{}{GREETING}\n{}\n\n", self.domain, self.address_text);
        if let Some(statement) = self.statement {
            let _ = writeln!(text, "{statement}");
        }
        let _ = write!(text, "\nURI: {}\nVersion: 1\nChain ID: {}", self.uri, self.chain_id);
        let _ = write!(text, "\nNonce: {}\nIssued At: {}", self.nonce, self.issued_at.text);
        let optional = [
            (Field::ExpirationTime, self.expires_at.map(|moment| moment.text)),
            (Field::NotBefore, self.not_before.map(|moment| moment.text)),
            (Field::RequestId, self.request_id),
        ];
        for (field, value) in optional {
            if let Some(value) = value {
                let _ = write!(text, "\n{}{value}", field.label());
            }
        }
        if let Some(resources) = &self.resources {
            text.push_str("\nResources:");
            resources.iter().for_each(|resource| {
                let _ = write!(text, "\n- {resource}");
            });
        }
        text
    }
}

impl std::fmt::Debug for Siwe<'_> {
    /// Who and where; the nonce and the key stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Siwe")
            .field("domain", &self.domain)
            .field("address", &self.address)
            .field("chain_id", &self.chain_id)
            .finish_non_exhaustive()
    }
}

/// The lines that were not read yet. None: all were, so that a line feed at the very end still leaves an empty line.
struct Lines<'t> {
    rest: Option<&'t str>,
}

impl<'t> Lines<'t> {
    /// The next line; empty when there is none.
    fn next(&mut self) -> &'t str {
        let rest = self.rest.unwrap_or_default();
        let (line, rest) = rest.split_once('\n').map_or((rest, None), |(line, rest)| (line, Some(rest)));
        self.rest = rest;
        line
    }

    fn peek(&self) -> Option<&'t str> {
        self.rest.map(|rest| rest.split_once('\n').map_or(rest, |(line, _)| line))
    }

    fn field<T>(&mut self, field: Field, read: impl Fn(&'t str) -> Option<T>) -> Result<T, SiweFault> {
        let value = self.next().strip_prefix(field.label()).ok_or(SiweFault::FieldIsNotInItsPlace(field))?;
        read(value).ok_or(SiweFault::FieldIsMalformed(field))
    }

    fn optional<T>(
        &mut self,
        field: Field,
        read: impl Fn(&'t str) -> Option<T>,
    ) -> Result<Option<T>, SiweFault> {
        let is_next = self.peek().is_some_and(|line| line.starts_with(field.label()));
        is_next.then(|| self.field(field, read)).transpose()
    }
}

fn greeting(line: &str) -> Result<(Option<&str>, &str), SiweFault> {
    let who = line.strip_suffix(GREETING).ok_or(SiweFault::GreetingIsMissing)?;
    let (scheme, domain) = match who.split_once("://") {
        Some((scheme, domain)) => (Some(scheme), domain),
        None => (None, who),
    };
    let fits = scheme.is_none_or(grammar::is_scheme) && grammar::is_domain(domain);
    fits.then_some((scheme, domain)).ok_or(SiweFault::DomainIsMalformed)
}

/// An empty line, the statement if there is one, an empty line.
fn statement<'t>(lines: &mut Lines<'t>) -> Result<Option<&'t str>, SiweFault> {
    let before = lines.next();
    let statement = Some(lines.next()).filter(|line| !line.is_empty());
    let after = if statement.is_some() { lines.next() } else { "" };
    let fits = before.is_empty() && after.is_empty() && statement.is_none_or(grammar::is_statement);
    fits.then_some(statement).ok_or(SiweFault::StatementIsMalformed)
}

fn resources<'t>(lines: &mut Lines<'t>) -> Result<Option<Vec<&'t str>>, SiweFault> {
    if lines.peek() != Some("Resources:") {
        return Ok(None);
    }
    lines.next();
    let mut resources = Vec::new();
    while lines.rest.is_some() {
        resources.push(lines.field(Field::Resource, |text| grammar::is_uri(text).then_some(text))?);
    }
    Ok(Some(resources))
}
