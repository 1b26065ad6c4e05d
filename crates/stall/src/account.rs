//! How an operator at the machine gives somebody an account, before anybody can log in: what is asked, what comes back. What a
//! role means is the stall's.

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};

/// How its owner gets in.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstLogIn {
    /// With this password.
    Password(String),
    /// With a link that is printed once and lets them choose one.
    Link,
}

impl std::fmt::Debug for FirstLogIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password",
            Self::Link => "Link",
        })
    }
}

/// An account that is wanted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewAccount {
    /// The address its owner logs in with.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// The name of a role of the stall.
    pub role: String,
    /// The slug of the tenant it belongs to; none for the platform's own people.
    pub tenant: Option<String>,
    /// How its owner gets in.
    pub first_log_in: FirstLogIn,
}

/// An account that was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedAccount {
    /// Its public id.
    pub id: String,
    /// The address.
    pub email: String,
    /// The role.
    pub role: String,
    /// The slug of its tenant.
    pub tenant: Option<String>,
    /// The link, where one was wanted.
    pub link: Option<String>,
}

/// The accounts of an open stall.
pub trait Accounts: Send + Sync {
    /// Makes an account, which the audit records. Errors: a sentence for the operator.
    fn add(&self, account: NewAccount) -> BoxFuture<'static, Result<AddedAccount, String>>;
}
