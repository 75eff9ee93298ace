//! Writes the few ONNX messages our three nets need, straight as protobuf bytes.
//!
//! Field numbers are those of `onnx.proto` (ONNX 1.17, IR version 8). The same graph always gives the same bytes.

/// ONNX's `TensorProto.DataType` values that we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ElementType {
    Float = 1,
    Uint8 = 2,
    Int64 = 7,
}

/// One attribute of a node.
#[derive(Clone, Debug)]
pub enum Attribute {
    /// A float.
    Float(&'static str, f32),
    /// A whole number.
    Int(&'static str, i64),
    /// Whole numbers.
    Ints(&'static str, Vec<i64>),
}

/// A constant of the graph.
#[derive(Clone, Debug)]
pub struct Constant {
    name: String,
    shape: Vec<usize>,
    element: ElementType,
    bytes: Vec<u8>,
}

impl Constant {
    /// Floats, stored little-endian.
    #[must_use]
    pub fn floats(name: &str, shape: &[usize], values: &[f32]) -> Self {
        let bytes = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        Self {
            name: name.into(),
            shape: shape.into(),
            element: ElementType::Float,
            bytes,
        }
    }

    /// Bytes, as quantised weights and their zero points are.
    #[must_use]
    pub fn bytes(name: &str, shape: &[usize], values: Vec<u8>) -> Self {
        Self {
            name: name.into(),
            shape: shape.into(),
            element: ElementType::Uint8,
            bytes: values,
        }
    }

    /// Whole numbers, stored little-endian.
    #[must_use]
    pub fn ints(name: &str, values: &[i64]) -> Self {
        let bytes = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        Self {
            name: name.into(),
            shape: vec![values.len()],
            element: ElementType::Int64,
            bytes,
        }
    }
}

/// One operation of the graph.
#[derive(Clone, Debug)]
pub struct Node {
    /// The ONNX operator.
    pub op: &'static str,
    /// Names of what it reads.
    pub inputs: Vec<String>,
    /// Name of what it gives.
    pub output: String,
    /// Its settings.
    pub attributes: Vec<Attribute>,
}

/// A net with one float input and one float output.
#[derive(Clone, Debug)]
pub struct Graph {
    /// The net's name.
    pub name: String,
    /// Operations in the order they run.
    pub nodes: Vec<Node>,
    /// Weights and settings.
    pub constants: Vec<Constant>,
    /// Name and shape of the input.
    pub input: (String, Vec<usize>),
    /// Name and shape of the output.
    pub output: (String, Vec<usize>),
}

const IR_VERSION: u64 = 8;
/// Operator set 13: the first with per-channel `DequantizeLinear`.
const OPSET_VERSION: u64 = 13;

impl Graph {
    /// The whole model as the bytes of an `.onnx` file.
    #[must_use]
    pub fn to_onnx(&self) -> Vec<u8> {
        let mut opset = Message::default();
        opset.number(2, OPSET_VERSION);
        let mut model = Message::default();
        model.number(1, IR_VERSION);
        model.text(2, "zhenxue face-models");
        model.message(7, &self.graph());
        model.message(8, &opset);
        model.0
    }

    fn graph(&self) -> Message {
        let mut graph = Message::default();
        for node in &self.nodes {
            graph.message(1, &node_message(node));
        }
        graph.text(2, &self.name);
        for constant in &self.constants {
            graph.message(5, &constant_message(constant));
        }
        graph.message(11, &value_message(&self.input));
        graph.message(12, &value_message(&self.output));
        graph
    }
}

fn node_message(node: &Node) -> Message {
    let mut message = Message::default();
    for input in &node.inputs {
        message.text(1, input);
    }
    message.text(2, &node.output);
    message.text(3, &node.output);
    message.text(4, node.op);
    for attribute in &node.attributes {
        message.message(5, &attribute_message(attribute));
    }
    message
}

fn attribute_message(attribute: &Attribute) -> Message {
    // AttributeProto.AttributeType: FLOAT = 1, INT = 2, INTS = 7.
    let mut message = Message::default();
    match attribute {
        Attribute::Float(name, value) => {
            message.text(1, name);
            message.float(2, *value);
            message.number(20, 1);
        }
        Attribute::Int(name, value) => {
            message.text(1, name);
            message.number(3, value.cast_unsigned());
            message.number(20, 2);
        }
        Attribute::Ints(name, values) => {
            message.text(1, name);
            for value in values {
                message.number(8, value.cast_unsigned());
            }
            message.number(20, 7);
        }
    }
    message
}

fn constant_message(constant: &Constant) -> Message {
    let mut message = Message::default();
    for &length in &constant.shape {
        message.number(1, length as u64);
    }
    message.number(2, constant.element as u64);
    message.text(8, &constant.name);
    message.bytes(9, &constant.bytes);
    message
}

fn value_message((name, shape): &(String, Vec<usize>)) -> Message {
    let mut dimensions = Message::default();
    for &length in shape {
        let mut dimension = Message::default();
        dimension.number(1, length as u64);
        dimensions.message(1, &dimension);
    }
    let mut tensor = Message::default();
    tensor.number(1, ElementType::Float as u64);
    tensor.message(2, &dimensions);
    let mut kind = Message::default();
    kind.message(1, &tensor);
    let mut message = Message::default();
    message.text(1, name);
    message.message(2, &kind);
    message
}

/// A protobuf message being written.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut value: u64) {
        loop {
            let low = value.to_le_bytes()[0] & 0x7f;
            value >>= 7;
            if value == 0 {
                self.0.push(low);
                return;
            }
            self.0.push(low | 0x80);
        }
    }

    fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    fn float(&mut self, field: u64, value: f32) {
        self.varint(field << 3 | 5);
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, field: u64, value: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(value.len() as u64);
        self.0.extend(value);
    }

    fn text(&mut self, field: u64, value: &str) {
        self.bytes(field, value.as_bytes());
    }

    fn message(&mut self, field: u64, value: &Self) {
        self.bytes(field, &value.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varint_follows_the_protobuf_documentation() {
        // The two worked examples of the protobuf encoding page: field 1 = 150, and field 2 = "testing".
        let mut message = Message::default();
        message.number(1, 150);
        message.text(2, "testing");
        assert_eq!(
            message.0,
            [&[0x08, 0x96, 0x01, 0x12, 0x07][..], b"testing"].concat()
        );
    }

    #[test]
    fn negative_numbers_take_ten_bytes() {
        let mut message = Message::default();
        message.number(3, (-1_i64).cast_unsigned());
        assert_eq!(
            message.0,
            [
                0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01
            ]
        );
    }
}
