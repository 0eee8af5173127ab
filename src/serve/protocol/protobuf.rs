//! As much of protobuf's encoding as three small messages need: numbers and texts by field. The encoding is
//! documented at protobuf.dev ("Encoding").

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProtoValue {
    /// A `bool`.
    Flag(bool),
    /// An `int64`.
    Number(u64),
    /// A `string`, or a message that is not looked into.
    Text(Vec<u8>),
}

/// The fields of a message with their numbers, in their order.
///
/// # Errors
/// If it is not a message.
pub fn read(mut bytes: &[u8]) -> Result<Vec<(u64, ProtoValue)>, &'static str> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes)?;
        let value = match tag & 7 {
            0 => ProtoValue::Number(varint(&mut bytes)?),
            1 => ProtoValue::Text(taken(&mut bytes, 8)?),
            2 => {
                let length = varint(&mut bytes)?;
                ProtoValue::Text(taken(&mut bytes, usize::try_from(length).map_err(|_| CUT)?)?)
            }
            5 => ProtoValue::Text(taken(&mut bytes, 4)?),
            _ => return Err("the body is no protobuf message"),
        };
        fields.push((tag >> 3, value));
    }
    Ok(fields)
}

const CUT: &str = "the protobuf message ends too early";

fn varint(bytes: &mut &[u8]) -> Result<u64, &'static str> {
    let mut value = 0u64;
    for place in 0..10 {
        let byte = taken(bytes, 1)?[0];
        value |= u64::from(byte & 0x7f).checked_shl(7 * place).unwrap_or(0);
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err("the body is no protobuf message")
}

fn taken(bytes: &mut &[u8], length: usize) -> Result<Vec<u8>, &'static str> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or(CUT)?;
    *bytes = rest;
    Ok(taken.to_vec())
}

/// Appends a field. Zeros, `false` and empty texts are left out, as the encoding wants it.
pub fn write(message: &mut Vec<u8>, field: u64, value: &ProtoValue) {
    match value {
        ProtoValue::Flag(false) | ProtoValue::Number(0) => {}
        ProtoValue::Flag(true) => write(message, field, &ProtoValue::Number(1)),
        ProtoValue::Number(number) => {
            write_varint(message, field << 3);
            write_varint(message, *number);
        }
        ProtoValue::Text(text) if text.is_empty() => {}
        ProtoValue::Text(text) => {
            write_varint(message, field << 3 | 2);
            write_varint(message, text.len() as u64);
            message.extend_from_slice(text);
        }
    }
}

fn write_varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}
