//! Values bound to a statement and values read from a row, the same for both backends.

use crate::StoreError;
use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A bound value. Borrowed text and bytes are copied only where the driver needs it.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// SQL NULL.
    Null,
    /// BIGINT.
    Int(i64),
    /// BOOLEAN.
    Bool(bool),
    /// DOUBLE PRECISION.
    Real(f64),
    /// TEXT.
    Text(String),
    /// BLOB / BYTEA.
    Blob(Vec<u8>),
    /// `BIGINT[]`, PostgreSQL only (`= ANY($1)`, `UNNEST($1)`).
    Ints(Vec<i64>),
}

macro_rules! from {
    ($($from:ty => |$value:ident| $to:expr;)*) => {
        $(impl From<$from> for Param { fn from($value: $from) -> Self { $to } })*
    };
}
from! {
    i64 => |v| Self::Int(v);
    i32 => |v| Self::Int(i64::from(v));
    u32 => |v| Self::Int(i64::from(v));
    u8 => |v| Self::Int(i64::from(v));
    bool => |v| Self::Bool(v);
    f64 => |v| Self::Real(v);
    &str => |v| Self::Text(v.to_owned());
    String => |v| Self::Text(v);
    &String => |v| Self::Text(v.clone());
    &[u8] => |v| Self::Blob(v.to_vec());
    Vec<u8> => |v| Self::Blob(v);
    Vec<i64> => |v| Self::Ints(v);
    kernel::Timestamp => |v| Self::Int(v.as_micros());
}

impl<T: Into<Self>> From<Option<T>> for Param {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// `params![a, b, c]` is `&[a.into(), b.into(), c.into()]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Param::from($value)),*] };
}

/// Refuses NUL, which PostgreSQL has no text for: what one backend takes, the other does too.
pub(crate) fn without_nul(text: &str) -> rusqlite::Result<&str> {
    if text.contains('\0') {
        return Err(rusqlite::Error::ToSqlConversionFailure("a text holds the character NUL".into()));
    }
    Ok(text)
}

impl rusqlite::ToSql for Param {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, Value, ValueRef};
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Int(v) => ToSqlOutput::Owned(Value::Integer(*v)),
            Self::Bool(v) => ToSqlOutput::Owned(Value::Integer(i64::from(*v))),
            Self::Real(v) => ToSqlOutput::Owned(Value::Real(*v)),
            Self::Text(v) => ToSqlOutput::Borrowed(ValueRef::Text(without_nul(v)?.as_bytes())),
            Self::Blob(v) => ToSqlOutput::Borrowed(ValueRef::Blob(v)),
            Self::Ints(_) => {
                let problem = "arrays are for PostgreSQL; write a loop or a bulk statement";
                return Err(rusqlite::Error::ToSqlConversionFailure(problem.into()));
            }
        })
    }
}

impl ToSql for Param {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(v) if *ty == Type::INT4 => i32::try_from(*v)?.to_sql(ty, out),
            Self::Int(v) if *ty == Type::INT2 => i16::try_from(*v)?.to_sql(ty, out),
            Self::Int(v) => v.to_sql(&Type::INT8, out),
            Self::Bool(v) => v.to_sql(ty, out),
            Self::Real(v) => v.to_sql(ty, out),
            Self::Text(v) => v.to_sql(ty, out),
            Self::Blob(v) => v.to_sql(ty, out),
            Self::Ints(v) => v.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        matches!(
            *ty,
            Type::INT8
                | Type::INT4
                | Type::INT2
                | Type::BOOL
                | Type::FLOAT8
                | Type::TEXT
                | Type::VARCHAR
                | Type::BYTEA
                | Type::INT8_ARRAY
                | Type::UNKNOWN
        )
    }

    to_sql_checked!();
}

/// One row of an answer; columns are numbered from 0.
pub enum Row<'r> {
    /// From SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
    /// From PostgreSQL.
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// A BIGINT (or smaller) that is not NULL.
    pub fn int(&self, at: usize) -> Result<i64, StoreError> {
        self.opt_int(at)?.ok_or_else(|| null(at))
    }

    /// A BIGINT or NULL.
    pub fn opt_int(&self, at: usize) -> Result<Option<i64>, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => match *row.columns()[at].type_() {
                Type::INT4 => Ok(row.try_get::<_, Option<i32>>(at)?.map(i64::from)),
                Type::INT2 => Ok(row.try_get::<_, Option<i16>>(at)?.map(i64::from)),
                _ => Ok(row.try_get(at)?),
            },
        }
    }

    /// A BOOLEAN that is not NULL.
    pub fn bool(&self, at: usize) -> Result<bool, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// A DOUBLE PRECISION that is not NULL.
    pub fn real(&self, at: usize) -> Result<f64, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// A DOUBLE PRECISION or NULL.
    pub fn opt_real(&self, at: usize) -> Result<Option<f64>, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// A TEXT that is not NULL.
    pub fn text(&self, at: usize) -> Result<String, StoreError> {
        self.opt_text(at)?.ok_or_else(|| null(at))
    }

    /// A TEXT or NULL.
    pub fn opt_text(&self, at: usize) -> Result<Option<String>, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }

    /// Bytes that are not NULL.
    pub fn blob(&self, at: usize) -> Result<Vec<u8>, StoreError> {
        self.opt_blob(at)?.ok_or_else(|| null(at))
    }

    /// Bytes or NULL.
    pub fn opt_blob(&self, at: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Sqlite(row) => Ok(row.get(at)?),
            Self::Postgres(row) => Ok(row.try_get(at)?),
        }
    }
}

fn null(at: usize) -> StoreError {
    StoreError::Corrupt(format!("column {at} is NULL"))
}
