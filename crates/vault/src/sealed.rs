//! The layout of a sealed value, in bytes: format 1 | key version 4 | nonce of the wrapping 12 | wrapped data key 48 |
//! nonce of the value 12 | encrypted value and its tag.

use crate::VaultFault;

/// The only format so far.
pub(crate) const FORMAT: u8 = 1;
/// Bytes of a nonce of AES-GCM.
pub(crate) const NONCE_BYTES: usize = 12;
/// Bytes of a wrapped data key: 32 and the tag.
pub(crate) const WRAPPED_BYTES: usize = 48;
/// Where the wrapping begins.
const WRAP_AT: usize = 5;
/// Where the value begins.
const VALUE_AT: usize = WRAP_AT + NONCE_BYTES + WRAPPED_BYTES;
/// Bytes of a tag.
const TAG_BYTES: usize = 16;

/// A sealed value, taken apart.
pub(crate) struct Parts<'b> {
    pub(crate) version: u32,
    pub(crate) wrap_nonce: [u8; NONCE_BYTES],
    pub(crate) wrapped: &'b [u8],
    /// Nonce and encrypted value: what a rotation leaves alone.
    pub(crate) value: &'b [u8],
}

impl<'b> Parts<'b> {
    pub(crate) fn of(bytes: &'b [u8]) -> Result<Self, VaultFault> {
        if bytes.len() < VALUE_AT + NONCE_BYTES + TAG_BYTES || bytes[0] != FORMAT {
            return Err(VaultFault::Malformed);
        }
        let version = u32::from_be_bytes(bytes[1..WRAP_AT].try_into().expect("four bytes"));
        let wrap_nonce = bytes[WRAP_AT..WRAP_AT + NONCE_BYTES].try_into().expect("twelve bytes");
        let wrapped = &bytes[WRAP_AT + NONCE_BYTES..VALUE_AT];
        Ok(Self { version, wrap_nonce, wrapped, value: &bytes[VALUE_AT..] })
    }

    /// The nonce and the encrypted value.
    pub(crate) fn value(&self) -> ([u8; NONCE_BYTES], &'b [u8]) {
        let (nonce, encrypted) = self.value.split_at(NONCE_BYTES);
        (nonce.try_into().expect("twelve bytes"), encrypted)
    }
}

/// Puts a sealed value together.
pub(crate) fn assemble(version: u32, wrap_nonce: &[u8], wrapped: &[u8], value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(VALUE_AT + value.len());
    bytes.push(FORMAT);
    bytes.extend_from_slice(&version.to_be_bytes());
    bytes.extend_from_slice(wrap_nonce);
    bytes.extend_from_slice(wrapped);
    bytes.extend_from_slice(value);
    bytes
}

/// The version of the key that wraps a sealed value. Errors: it is none.
pub fn key_version(sealed: &[u8]) -> Result<u32, VaultFault> {
    Parts::of(sealed).map(|parts| parts.version)
}
