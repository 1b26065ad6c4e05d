//! A user as the API shows one. Hashes and epochs are not among it.

use identity::User;
use kernel::{PublicIds, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserData {
    id: String,
    email: String,
    name: String,
    phone: Option<String>,
    avatar_url: Option<String>,
    role: String,
    tenant_id: Option<String>,
    email_verified: bool,
    is_active: bool,
    last_login_at: Option<String>,
    created_at: String,
}

impl UserData {
    /// The user with public ids.
    pub fn of(public: &PublicIds, user: &User) -> Self {
        Self {
            id: public.encode(user.id),
            email: user.email.clone(),
            name: user.name.clone(),
            phone: user.phone.clone(),
            avatar_url: user.avatar_url.clone(),
            role: user.role.as_str().to_owned(),
            tenant_id: user.tenant.map(|tenant| public.encode(tenant)),
            email_verified: user.email_verified,
            is_active: user.is_active,
            last_login_at: user.last_login_at.map(Timestamp::rfc3339),
            created_at: user.created_at.rfc3339(),
        }
    }
}
