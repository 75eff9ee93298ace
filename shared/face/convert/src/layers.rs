//! The layers our nets are made of, written as ONNX nodes.
//!
//! Weights that the package has as bytes stay bytes and are expanded by `DequantizeLinear`; only small vectors become floats.

use crate::ConvertError;
use crate::onnx::{Attribute, Constant, Graph, Node};
use crate::weights::{Values, Weight, zero_point};

/// How much to add around a picture: top, left, bottom, right.
pub type Padding = [i64; 4];

/// No padding ("valid").
pub const VALID: Padding = [0; 4];
/// TensorFlow's "same" for a 3×3 window at stride 1.
pub const AROUND: Padding = [1; 4];
/// TensorFlow's "same" for a window that overhangs by one: the odd row and column go to the end.
pub const AT_END: Padding = [0, 0, 1, 1];

/// Collects layers until [`Builder::finish`].
pub struct Builder {
    graph: Graph,
    last: String,
}

impl Builder {
    /// Start a net whose input is one RGB picture of `size` × `size`.
    #[must_use]
    pub fn new(name: &str, size: usize) -> Self {
        let graph = Graph {
            name: name.into(),
            nodes: vec![],
            constants: vec![],
            input: ("input".into(), vec![1, 3, size, size]),
            output: ("output".into(), vec![]),
        };
        Self {
            graph,
            last: "input".into(),
        }
    }

    /// Name of what the last layer gave; hand it to [`Builder::go_on_from`] or [`Builder::add`] later.
    #[must_use]
    pub fn here(&self) -> String {
        self.last.clone()
    }

    /// Let the next layer read an earlier value.
    pub fn go_on_from(&mut self, value: &str) {
        self.last = value.into();
    }

    /// End the net with an output of this shape.
    #[must_use]
    pub fn finish(mut self, shape: &[usize]) -> Graph {
        self.graph.output = (self.last, shape.into());
        self.graph
    }

    /// A full convolution. `channel_scale`, where given, multiplies each output channel (before the bias).
    ///
    /// # Errors
    /// If the filters are bytes and hold no exact zero.
    pub fn conv(
        &mut self,
        filters: &Weight,
        channel_scale: Option<&[f32]>,
        bias: &[f32],
        stride: i64,
        padding: Padding,
    ) -> Result<(), ConvertError> {
        let [height, width, n_in, n_out] = four(filters)?;
        let mut order = Vec::with_capacity(n_out * n_in * height * width);
        for out in 0..n_out {
            for channel in 0..n_in {
                order.extend((0..height * width).map(|at| (at * n_in + channel) * n_out + out));
            }
        }
        let name = self.stored(
            filters,
            &[n_out, n_in, height, width],
            &order,
            channel_scale,
        )?;
        self.convolve(name, Some(bias), [height, width], stride, padding, 1);
        Ok(())
    }

    /// A depthwise 3×3 convolution followed by a pointwise one with bias.
    ///
    /// # Errors
    /// If the filters are bytes and hold no exact zero.
    pub fn separable_conv(
        &mut self,
        depthwise: &Weight,
        pointwise: &Weight,
        bias: &[f32],
        stride: i64,
        padding: Padding,
    ) -> Result<(), ConvertError> {
        let [height, width, channels, _one] = four(depthwise)?;
        let order: Vec<usize> = (0..channels)
            .flat_map(|channel| (0..height * width).map(move |at| at * channels + channel))
            .collect();
        let name = self.stored(depthwise, &[channels, 1, height, width], &order, None)?;
        self.convolve(name, None, [height, width], stride, padding, channels);
        self.conv(pointwise, None, bias, 1, VALID)
    }

    /// Add an earlier value.
    pub fn add(&mut self, other: &str) {
        let inputs = vec![self.last.clone(), other.into()];
        self.push("Add", inputs, vec![]);
    }

    /// Cut negative values to zero.
    pub fn relu(&mut self) {
        self.push_on("Relu", vec![], vec![]);
    }

    /// Multiply negative values by `slope`.
    pub fn leaky_relu(&mut self, slope: f32) {
        self.push_on("LeakyRelu", vec![], vec![Attribute::Float("alpha", slope)]);
    }

    /// Largest value of each window.
    pub fn max_pool(&mut self, size: i64, stride: i64, padding: Padding) {
        self.push_on("MaxPool", vec![], window([size, size], stride, padding));
    }

    /// Mean value of each window.
    pub fn average_pool(&mut self, size: i64, stride: i64) {
        self.push_on("AveragePool", vec![], window([size, size], stride, VALID));
    }

    /// Mean of each channel.
    pub fn global_average_pool(&mut self) {
        self.push_on("GlobalAveragePool", vec![], vec![]);
    }

    /// Append zeros: so many channels, rows at the bottom and columns at the right.
    pub fn append_zeros(&mut self, channels: i64, rows: i64, columns: i64) {
        let name = format!("zeros_{}", self.graph.nodes.len());
        self.graph.constants.push(Constant::ints(
            &name,
            &[0, 0, 0, 0, 0, channels, rows, columns],
        ));
        self.push_on("Pad", vec![name], vec![]);
    }

    /// One row of numbers from all that is there.
    pub fn flatten(&mut self) {
        self.push_on("Flatten", vec![], vec![Attribute::Int("axis", 1)]);
    }

    /// A fully connected layer.
    ///
    /// # Errors
    /// If the weights are bytes and hold no exact zero.
    pub fn dense(&mut self, weights: &Weight, bias: Option<&[f32]>) -> Result<(), ConvertError> {
        let order: Vec<usize> = (0..weights.shape.iter().product()).collect();
        let name = self.stored(weights, &weights.shape, &order, None)?;
        self.push_on("MatMul", vec![name], vec![]);
        if let Some(bias) = bias {
            let name = self.vector("bias", bias);
            self.push_on("Add", vec![name], vec![]);
        }
        Ok(())
    }

    fn convolve(
        &mut self,
        weights: String,
        bias: Option<&[f32]>,
        size: [usize; 2],
        stride: i64,
        padding: Padding,
        groups: usize,
    ) {
        let mut inputs = vec![weights];
        if let Some(bias) = bias {
            inputs.push(self.vector("bias", bias));
        }
        // rten 0.27 refuses a Conv that leaves `kernel_shape` or `strides` to their defaults.
        let mut attributes = window(
            size.map(usize::cast_signed).map(|length| length as i64),
            stride,
            padding,
        );
        attributes.push(Attribute::Int("group", groups.cast_signed() as i64));
        self.push_on("Conv", inputs, attributes);
    }

    /// Store weights in ONNX's order. Those that the package has as bytes stay bytes and are expanded at load. A channel
    /// scale is folded into the steps, so nothing is lost.
    fn stored(
        &mut self,
        weight: &Weight,
        shape: &[usize],
        order: &[usize],
        channel_scale: Option<&[f32]>,
    ) -> Result<String, ConvertError> {
        let base = format!("weight_{}", self.graph.nodes.len());
        let (bytes, scale, min) = match &weight.values {
            Values::Bytes { bytes, scale, min } => (bytes, scale, min),
            Values::Floats(floats) => {
                let own_length = order.len() / shape[0];
                let factor =
                    |at: usize| channel_scale.map_or(1.0, |factors| factors[at / own_length]);
                let floats: Vec<f32> = order
                    .iter()
                    .enumerate()
                    .map(|(at, &from)| floats[from] * factor(at))
                    .collect();
                self.graph
                    .constants
                    .push(Constant::floats(&base, shape, &floats));
                return Ok(base);
            }
        };
        let zero = zero_point(*scale, *min).ok_or(ConvertError::NoZero)?;
        let bytes = order.iter().map(|&at| bytes[at]).collect();
        let (zero_name, scale_name) = (format!("{base}_zero"), format!("{base}_scale"));
        let (scales, lengths) = match channel_scale {
            Some(factors) => (
                factors
                    .iter()
                    .map(|factor| factor * scale)
                    .collect::<Vec<_>>(),
                vec![factors.len()],
            ),
            None => (vec![*scale], vec![]),
        };
        self.graph
            .constants
            .push(Constant::bytes(&base, shape, bytes));
        self.graph
            .constants
            .push(Constant::floats(&scale_name, &lengths, &scales));
        self.graph.constants.push(Constant::bytes(
            &zero_name,
            &lengths,
            vec![zero; scales.len()],
        ));
        let output = format!("{base}_float");
        self.graph.nodes.push(Node {
            op: "DequantizeLinear",
            inputs: vec![base, scale_name, zero_name],
            output: output.clone(),
            attributes: vec![Attribute::Int("axis", 0)],
        });
        Ok(output)
    }

    fn vector(&mut self, what: &str, values: &[f32]) -> String {
        let name = format!("{what}_{}", self.graph.nodes.len());
        self.graph
            .constants
            .push(Constant::floats(&name, &[values.len()], values));
        name
    }

    fn push_on(&mut self, op: &'static str, more_inputs: Vec<String>, attributes: Vec<Attribute>) {
        let inputs = std::iter::once(self.last.clone())
            .chain(more_inputs)
            .collect();
        self.push(op, inputs, attributes);
    }

    fn push(&mut self, op: &'static str, inputs: Vec<String>, attributes: Vec<Attribute>) {
        let output = format!("{}_{}", op.to_lowercase(), self.graph.nodes.len());
        self.last.clone_from(&output);
        self.graph.nodes.push(Node {
            op,
            inputs,
            output,
            attributes,
        });
    }
}

fn window(size: [i64; 2], stride: i64, padding: Padding) -> Vec<Attribute> {
    vec![
        Attribute::Ints("kernel_shape", size.into()),
        Attribute::Ints("strides", vec![stride, stride]),
        Attribute::Ints("pads", padding.into()),
    ]
}

fn four(weight: &Weight) -> Result<[usize; 4], ConvertError> {
    weight.shape[..]
        .try_into()
        .map_err(|_| ConvertError::Shape {
            shape: weight.shape.clone(),
        })
}
