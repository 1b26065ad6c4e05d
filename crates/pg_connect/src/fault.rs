//! Why an address cannot be used. No text repeats a password.

/// A fault of an address, as a sentence for the operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// It is no address of PostgreSQL.
    #[error("must begin with postgres:// or postgresql://")]
    SchemeIsUnknown,
    /// Characters that mean something in an address.
    #[error(
        "its user or password cannot be read: write special characters as %40 for @, %2F for /, %23 for # and so on"
    )]
    UserCannotBeRead,
    /// A host or a port.
    #[error("its host or port cannot be read: name host:port, several separated by commas")]
    HostCannotBeRead,
    /// The name of the database.
    #[error("its database name cannot be read")]
    DatabaseCannotBeRead,
    /// A parameter, by name.
    #[error("its parameter `{0}` cannot be read")]
    ParameterCannotBeRead(String),
    /// Two or more of them that do not fit each other.
    #[error("its parts do not fit each other: {0}")]
    PartsDoNotFit(String),
    /// A word that is no mode.
    #[error("sslmode: must be disable, require, verify-ca or verify-full")]
    SslModeIsUnknown,
    /// A mode that falls back to clear text where others can listen.
    #[error(
        "sslmode={0} may fall back to clear text on the way to another machine: say require, verify-ca or verify-full, or \
         disable if that is meant"
    )]
    SslModeFallsBack(String),
    /// The file of authorities.
    #[error("sslrootcert: {0}")]
    RootsCannotBeRead(String),
}
