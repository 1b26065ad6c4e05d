//! Signatures of wallets: the EIP-191 hash, and `r || s || v` over secp256k1, read strictly (EIP-2's low `s`).
//! Signatures of contracts (EIP-1271, EIP-6492) need a chain to ask and are refused by name.

use super::address_of_key;
use crate::proofs::hex;
use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use k256::elliptic_curve::ops::{Invert, MulByGeneratorVartime, Reduce};
use k256::elliptic_curve::point::AffineCoordinates;
use k256::{ProjectivePoint, Scalar, U256};
use kernel::WalletAddress;
use sha3::{Digest, Keccak256};

/// Bytes of `r || s || v`.
const SIGNATURE_BYTES: usize = 65;

/// Why a signature is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureFault {
    /// Not hexadecimal of the right length.
    SignatureIsMalformed,
    /// Longer than a key's own signature: a contract's, which we cannot ask.
    WalletIsAContract,
    /// `v` is none of 0, 1, 27 and 28.
    RecoveryIdIsUnknown,
    /// `r` or `s` is zero, or not below the order of the curve.
    ScalarIsOutOfRange,
    /// `s` is above half the order: the second spelling of a signature, which EIP-2 forbids.
    ScalarIsHigh,
    /// Well formed, and not of this key over this text.
    SignatureIsWrong,
}

impl SignatureFault {
    /// The stable name, for programs and logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignatureIsMalformed => "malformed_signature",
            Self::WalletIsAContract => "contract_wallet_unsupported",
            Self::RecoveryIdIsUnknown => "unknown_recovery_id",
            Self::ScalarIsOutOfRange => "scalar_out_of_range",
            Self::ScalarIsHigh => "high_s",
            Self::SignatureIsWrong => "invalid_signature",
        }
    }
}

/// What a wallet signs for `text` (EIP-191, version `E`): Keccak-256 of the prefix, the length in bytes, and the text.
#[must_use]
pub fn eip191_hash(text: &[u8]) -> [u8; 32] {
    let mut hash = Keccak256::new();
    hash.update(b"\x19Ethereum Signed Message:\n");
    hash.update(text.len().to_string().as_bytes());
    hash.update(text);
    hash.finalize().into()
}

/// A well-formed signature of a key. It says nothing yet about whose it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WalletSignature {
    scalars: Signature,
    y_is_odd: bool,
}

impl WalletSignature {
    /// Reads `0x` and 65 bytes, `r || s || v`.
    pub fn parse(text: &str) -> Result<Self, SignatureFault> {
        match hex::decode::<SIGNATURE_BYTES>(text) {
            Some(bytes) => Self::from_bytes(&bytes),
            None if is_of_a_contract(text) => Err(SignatureFault::WalletIsAContract),
            None => Err(SignatureFault::SignatureIsMalformed),
        }
    }

    fn from_bytes(bytes: &[u8; SIGNATURE_BYTES]) -> Result<Self, SignatureFault> {
        let y_is_odd = match bytes[64] {
            0 | 27 => false,
            1 | 28 => true,
            _ => return Err(SignatureFault::RecoveryIdIsUnknown),
        };
        let scalars = Signature::from_slice(&bytes[..64]).map_err(|_| SignatureFault::ScalarIsOutOfRange)?;
        if scalars.normalize_s() != scalars {
            return Err(SignatureFault::ScalarIsHigh);
        }
        Ok(Self { scalars, y_is_odd })
    }

    /// The account whose key made this signature over `hash`. Every signature is somebody's, but for a few that no key
    /// can have made.
    pub fn address(&self, hash: &[u8; 32]) -> Result<WalletAddress, SignatureFault> {
        let id = RecoveryId::new(self.y_is_odd, false);
        let key = VerifyingKey::recover_from_prehash(hash, &self.scalars, id);
        key.map(|key| address_of_key(&key)).map_err(|_| SignatureFault::SignatureIsWrong)
    }

    /// Whether `key` made this signature over `hash`, `v` included: exactly when recovery would return `key`.
    ///
    /// One double multiplication, like a plain verification: `R = (z/s) G + (r/s) Q` (SEC 1, 4.1.4) must have `r` as its
    /// whole first coordinate, and a second one as odd as `v` says. Recovery would first need a square root.
    #[must_use]
    pub fn is_by(&self, key: &ProjectivePoint, hash: &[u8; 32]) -> bool {
        let (r, s) = self.scalars.split_scalars();
        let z = <Scalar as Reduce<U256>>::reduce(&U256::from_be_slice(hash));
        let inverse = *s.invert_vartime();
        let (of_base, of_key) = (z * inverse, *r * inverse);
        let point = ProjectivePoint::mul_by_generator_and_mul_add_vartime(&of_base, &of_key, key).to_affine();
        point.x() == r.to_bytes() && bool::from(point.y_is_odd()) == self.y_is_odd
    }
}

impl std::fmt::Debug for WalletSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WalletSignature(hidden)")
    }
}

/// Whole bytes of hexadecimal, and more of them than a key's signature has (EIP-6492 only appends to such).
fn is_of_a_contract(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("0x") else { return false };
    digits.len() > 2 * SIGNATURE_BYTES
        && digits.len().is_multiple_of(2)
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}
