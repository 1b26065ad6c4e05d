//! JSON as strangers send it, read in one way only: objects where objects are asked (a derived reader also takes an array, by
//! position), no repeated members, valid UTF-8 everywhere, even in members that nobody reads.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::value::RawValue;
use serde_json::{Error, Map, Number, Value};

/// Reads `bytes` as `T`. Errors: not JSON, not UTF-8, a repeated member, an array where an object is asked, or what `T` refuses.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| de::Error::custom("a text is not valid UTF-8"))?;
    from_str(text)
}

/// The same of a text.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    // Also bounds how deep it is: what follows goes down one level at a time.
    let Unrepeated(_) = serde_json::from_str(text)?;
    T::deserialize(Strict(serde_json::from_str(text)?))
}

/// A value in which no object has a member twice.
struct Unrepeated(Value);

impl<'de> Deserialize<'de> for Unrepeated {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(UnrepeatedVisitor)
    }
}

struct UnrepeatedVisitor;

impl<'de> Visitor<'de> for UnrepeatedVisitor {
    type Value = Unrepeated;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Unrepeated, E> {
        Ok(Unrepeated(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Unrepeated, E> {
        Ok(Unrepeated(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Unrepeated, E> {
        Ok(Unrepeated(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Unrepeated, E> {
        Ok(Unrepeated(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Unrepeated, E> {
        Ok(Unrepeated(Number::from_f64(value).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Unrepeated, E> {
        Ok(Unrepeated(Value::String(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Unrepeated, E> {
        Ok(Unrepeated(Value::String(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Unrepeated, A::Error> {
        let mut array = Vec::new();
        while let Some(Unrepeated(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Unrepeated(Value::Array(array)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unrepeated, A::Error> {
        let mut object = Map::new();
        while let Some((name, Unrepeated(value))) = members.next_entry::<String, _>()? {
            if object.contains_key(&name) {
                return Err(de::Error::custom(format_args!("the member `{name}` is repeated")));
            }
            object.insert(name, value);
        }
        Ok(Unrepeated(Value::Object(object)))
    }
}

/// A text of JSON that gives a struct nothing but an object. It is taken apart level by level, so that whoever asks for raw
/// JSON gets what was sent, to the last digit.
#[derive(Clone, Copy)]
struct Strict<'de>(&'de RawValue);

/// By this name serde_json's raw values are asked for.
const RAW_VALUE: &str = "$serde_json::private::RawValue";

/// The members of an object, in their order.
struct Members<'de>(Vec<(String, Strict<'de>)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Members<'de>, A::Error> {
        let mut all = Vec::new();
        while let Some((name, raw)) = members.next_entry::<String, &'de RawValue>()? {
            all.push((name, Strict(raw)));
        }
        Ok(Members(all))
    }
}

impl<'de> Strict<'de> {
    fn begins_with(self, sign: char) -> bool {
        self.0.get().trim_start().starts_with(sign)
    }

    fn value(self) -> Result<Value, Error> {
        serde_json::from_str(self.0.get())
    }
}

impl<'de> IntoDeserializer<'de, Error> for Strict<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.begins_with('[') {
            let items: Vec<&'de RawValue> = serde_json::from_str(self.0.get())?;
            let mut items = SeqDeserializer::new(items.into_iter().map(Self));
            let read = visitor.visit_seq(&mut items)?;
            return items.end().map(|()| read);
        }
        if self.begins_with('{') {
            let Members(members) = serde_json::from_str(self.0.get())?;
            let mut members = MapDeserializer::new(members.into_iter());
            let read = visitor.visit_map(&mut members)?;
            return members.end().map(|()| read);
        }
        self.value()?.deserialize_any(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if self.begins_with('[') {
            return Err(de::Error::invalid_type(de::Unexpected::Seq, &"an object"));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.begins_with('n') { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == RAW_VALUE {
            let raw = std::iter::once((RAW_VALUE, self.0.get().to_owned()));
            return visitor.visit_map(MapDeserializer::new(raw));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.value()?.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Seat {
        row: Option<u32>,
        word: String,
        #[serde(default)]
        inner: Option<Box<Seat>>,
    }

    fn read(text: &str) -> Result<Seat, String> {
        from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn an_object_is_read_as_before() {
        let inner = Some(Box::new(Seat { row: None, word: "b".into(), inner: None }));
        let seat = Seat { row: Some(7), word: "a".into(), inner };
        assert_eq!(
            read(r#"{"row":7,"word":"a","inner":{"word":"b","row":null},"more":[1,{"x":2}]}"#),
            Ok(seat)
        );
        assert_eq!(from_str::<Vec<u8>>("[1,2]").unwrap(), [1, 2]);
        assert_eq!(from_str::<(u8, String)>(r#"[1,"x"]"#).unwrap(), (1, "x".into()));
        assert_eq!(from_str::<BTreeMap<String, i64>>(r#"{"a":-1}"#).unwrap()["a"], -1);
        assert_eq!(from_str::<Option<Seat>>("null").unwrap(), None);
        assert!(from_str::<()>("null").is_ok());
    }

    #[test]
    fn an_array_is_no_object_at_any_depth() {
        for bad in [r#"[7,"a",null]"#, r#"{"word":"a","inner":[1,"b",null]}"#] {
            assert!(read(bad).unwrap_err().contains("expected an object"), "{bad}");
        }
    }

    #[test]
    fn a_repeated_member_is_refused_wherever_it_stands() {
        for bad in [
            r#"{"word":"a","word":"a"}"#,
            r#"{"word":"a","x":1,"x":2}"#,
            r#"{"word":"a","x":[{"y":1,"y":1}]}"#,
            r#"{"word":"a","w\u006frd":"b"}"#,
        ] {
            assert!(read(bad).unwrap_err().contains("is repeated"), "{bad}");
        }
    }

    #[test]
    fn what_is_no_unicode_is_refused_even_where_nobody_reads_it() {
        assert!(from_slice::<Seat>(b"{\"word\":\"a\",\"x\":\"\xff\"}").is_err());
        assert!(read(r#"{"word":"a","x":"\ud800"}"#).is_err());
    }

    #[test]
    fn a_whole_number_has_one_spelling() {
        for bad in ["7.0", "7e0", "07", "+7", "\"7\"", "-0"] {
            assert!(read(&format!(r#"{{"word":"a","row":{bad}}}"#)).is_err(), "{bad}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        assert!(from_str::<Value>(&deep).is_err());
    }

    #[test]
    fn raw_json_is_given_as_it_was_sent_to_the_last_digit() {
        #[derive(Deserialize)]
        struct Holder {
            raw: Box<RawValue>,
            none: Option<Box<RawValue>>,
        }
        let sent = r#"{"raw": {"amount": 92233720368.54775807, "b":[1, 2]}, "none": null}"#;
        let held: Holder = from_str(sent).unwrap();
        assert_eq!(held.raw.get(), r#"{"amount": 92233720368.54775807, "b":[1, 2]}"#);
        assert!(held.none.is_none());
        assert!(from_str::<Holder>(r#"{"raw": {"a": 1, "a": 2}}"#).is_err(), "also inside");
    }
}
