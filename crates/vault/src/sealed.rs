//! The layouts, in bytes. A wrapped data key: format 1 | key version 4 | nonce 12 | encrypted data key and its tag 48.
//! A sealed value: format 1 | nonce 12 | encrypted value and its tag.

use crate::VaultFault;

/// The only format so far.
const FORMAT: u8 = 1;
/// Bytes of a nonce of AES-GCM.
pub(crate) const NONCE_BYTES: usize = 12;
/// Bytes of a key's version.
const VERSION_BYTES: usize = 4;
/// Bytes of an encrypted data key: 32 and the tag.
const ENCRYPTED_KEY_BYTES: usize = 48;
/// Bytes of a tag.
const TAG_BYTES: usize = 16;

/// A nonce of AES-GCM.
pub(crate) type NonceBytes = [u8; NONCE_BYTES];

/// A wrapped data key, taken apart.
pub(crate) struct Wrapped<'b> {
    pub(crate) version: u32,
    pub(crate) nonce: NonceBytes,
    pub(crate) encrypted: &'b [u8],
}

impl<'b> Wrapped<'b> {
    pub(crate) fn of(bytes: &'b [u8]) -> Result<Self, VaultFault> {
        let rest = after_format(bytes)?;
        if rest.len() != VERSION_BYTES + NONCE_BYTES + ENCRYPTED_KEY_BYTES {
            return Err(VaultFault::Malformed);
        }
        let (version, rest) = rest.split_at(VERSION_BYTES);
        let (nonce, encrypted) = rest.split_at(NONCE_BYTES);
        let version = u32::from_be_bytes(version.try_into().expect("four bytes"));
        Ok(Self { version, nonce: nonce.try_into().expect("twelve bytes"), encrypted })
    }

    pub(crate) fn assemble(version: u32, nonce: NonceBytes, encrypted: &[u8]) -> Vec<u8> {
        [&[FORMAT], &version.to_be_bytes()[..], &nonce, encrypted].concat()
    }
}

/// A sealed value, taken apart.
pub(crate) struct Sealed<'b> {
    pub(crate) nonce: NonceBytes,
    pub(crate) encrypted: &'b [u8],
}

impl<'b> Sealed<'b> {
    pub(crate) fn of(bytes: &'b [u8]) -> Result<Self, VaultFault> {
        let rest = after_format(bytes)?;
        if rest.len() < NONCE_BYTES + TAG_BYTES {
            return Err(VaultFault::Malformed);
        }
        let (nonce, encrypted) = rest.split_at(NONCE_BYTES);
        Ok(Self { nonce: nonce.try_into().expect("twelve bytes"), encrypted })
    }

    pub(crate) fn assemble(nonce: NonceBytes, encrypted: &[u8]) -> Vec<u8> {
        [&[FORMAT], &nonce[..], encrypted].concat()
    }
}

fn after_format(bytes: &[u8]) -> Result<&[u8], VaultFault> {
    match bytes.split_first() {
        Some((&FORMAT, rest)) => Ok(rest),
        _ => Err(VaultFault::Malformed),
    }
}

/// The version of the key that wraps a data key. Errors: it is none.
pub fn key_version(wrapped: &[u8]) -> Result<u32, VaultFault> {
    Wrapped::of(wrapped).map(|wrapped| wrapped.version)
}
