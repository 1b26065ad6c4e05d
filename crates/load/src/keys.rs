//! The two keys a load run shares with the server: they come from the same configuration, never over the wire.

/// What is needed to mint buyers the server believes and to name them as it does.
#[derive(Clone)]
pub struct SigningKeys {
    /// The name of the signing key in a token's header.
    pub kid: String,
    /// The HS256 key of access tokens, at least 32 bytes.
    pub signing_key: Vec<u8>,
    /// The key of public ids.
    pub id_key: [u8; 16],
}

impl SigningKeys {
    /// The server's keys as its configuration holds them. Errors: a signing key the server would refuse as well.
    pub fn new(signing_key: &[u8], id_key: [u8; 16]) -> Result<Self, identity::KeyFault> {
        let kid = String::from(identity::SigningKey::named_by_itself(signing_key)?.kid());
        Ok(Self { kid, signing_key: signing_key.to_vec(), id_key })
    }
}

impl std::fmt::Debug for SigningKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKeys(hidden)")
    }
}
