//! The id of a mail.

use kernel::{tags, typed_id};

typed_id!(MailId, tags::MAIL, "mail");
