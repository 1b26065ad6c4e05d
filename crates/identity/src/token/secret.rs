//! Whether a configured text may sign tokens.

use super::SIGNING_KEY_BYTES_MIN;

/// Secrets that stand in examples and that everybody tries first.
const DEFAULTS: &[&str] = &[
    "dev-secret",
    "secret",
    "changeme",
    "change-me",
    "change-me-in-production",
    "your-secret-key",
    "your-256-bit-secret",
    "jwt-secret",
];

/// Why a text is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecretFault {
    /// Nothing.
    #[error("must not be empty")]
    SecretIsEmpty,
    /// Known to everybody.
    #[error("is a well-known default, which only a development server may use")]
    SecretIsADefault,
    /// Shorter than the hash.
    #[error("needs at least {SIGNING_KEY_BYTES_MIN} bytes outside development")]
    SecretIsTooShort,
}

/// Whether `secret` may sign tokens; a development server takes any but an empty one.
pub fn check_token_secret(secret: &str, is_development: bool) -> Result<(), SecretFault> {
    if secret.is_empty() {
        return Err(SecretFault::SecretIsEmpty);
    }
    if is_development {
        return Ok(());
    }
    if DEFAULTS.contains(&secret.to_ascii_lowercase().as_str()) || super::is_dev_key(secret.as_bytes()) {
        return Err(SecretFault::SecretIsADefault);
    }
    if secret.len() < SIGNING_KEY_BYTES_MIN { Err(SecretFault::SecretIsTooShort) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_default_secret_is_refused_outside_development() {
        for (secret, expected) in [
            ("dev-secret", Err(SecretFault::SecretIsADefault)),
            ("CHANGEME", Err(SecretFault::SecretIsADefault)),
            ("0123456789abcdef0123456789abcde", Err(SecretFault::SecretIsTooShort)),
            ("0123456789abcdef0123456789abcdef", Ok(())),
            ("", Err(SecretFault::SecretIsEmpty)),
        ] {
            assert_eq!(check_token_secret(secret, false), expected, "{secret}");
        }
        assert_eq!(check_token_secret("dev-secret", true), Ok(()));
        assert_eq!(check_token_secret("", true), Err(SecretFault::SecretIsEmpty));
    }
}
