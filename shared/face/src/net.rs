//! One ONNX net at run time, with the shape of its input and output checked.

use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool, op_registry};
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::manifest::{ChannelOrder, InputSpec};
use crate::sample::Patch;

/// Why a net could not be loaded or run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The bytes are no ONNX model of the operators we know.
    #[error("the model does not load: {0}")]
    Load(String),
    /// The net stopped.
    #[error("the model does not run: {0}")]
    Run(String),
    /// The net gave another number of values than the manifest says.
    #[error("the model gave {found} values, the manifest promises {wanted}")]
    Output {
        /// How many came.
        found: usize,
        /// How many should.
        wanted: usize,
    },
    /// The patch is not of the size that the manifest says.
    #[error("the model takes {wanted} × {wanted} pixels, not {found} × {found}")]
    Input {
        /// Side of the patch given.
        found: usize,
        /// Side the manifest names.
        wanted: usize,
    },
}

/// A loaded net.
pub struct Net {
    model: Model,
    input: InputSpec,
    values: usize,
    threads: Arc<ThreadPool>,
}

impl std::fmt::Debug for Net {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Net")
            .field("input", &self.input)
            .field("values", &self.values)
            .finish_non_exhaustive()
    }
}

impl Net {
    /// Load a model that turns one picture into `values` numbers. The bytes must have been checked against the manifest.
    ///
    /// # Errors
    /// If the bytes are no model, or use operators beyond those a convolutional net needs.
    pub fn load(
        onnx: Vec<u8>,
        input: InputSpec,
        values: usize,
        threads: Arc<ThreadPool>,
    ) -> Result<Self, NetError> {
        // Few operators keep the worker small. Those after `Pad` serve recognisers put into the slot.
        let operators = op_registry!(
            Add,
            AveragePool,
            Conv,
            DequantizeLinear,
            Flatten,
            GlobalAveragePool,
            LeakyRelu,
            MatMul,
            MaxPool,
            Pad,
            Relu,
            BatchNormalization,
            Clip,
            Concat,
            Div,
            Gemm,
            Identity,
            Mul,
            PRelu,
            Reshape,
            Sigmoid,
            Sub,
            Transpose
        );
        let model = ModelOptions::with_ops(operators)
            .prepack_weights(true)
            .load(onnx)
            .map_err(|error| NetError::Load(error.to_string()))?;
        Ok(Self {
            model,
            input,
            values,
            threads,
        })
    }

    /// What this net takes.
    #[must_use]
    pub fn input(&self) -> &InputSpec {
        &self.input
    }

    /// Run the net on a patch.
    ///
    /// # Errors
    /// If the patch has the wrong size, or the net stops or gives another number of values.
    pub fn run(&self, patch: &Patch) -> Result<Vec<f32>, NetError> {
        let side = self.input.size;
        if patch.size != side {
            return Err(NetError::Input {
                found: patch.size,
                wanted: side,
            });
        }
        let planes = match self.input.order {
            ChannelOrder::Rgb => [0, 1, 2],
            ChannelOrder::Bgr => [2, 1, 0],
        };
        let mut values = Vec::with_capacity(patch.rgb.len());
        for channel in planes {
            let mean = self.input.mean_rgb[channel];
            values.extend(
                patch
                    .rgb
                    .iter()
                    .skip(channel)
                    .step_by(3)
                    .map(|value| (value - mean) * self.input.scale),
            );
        }
        let tensor = NdTensor::from_data([1, 3, side, side], values);
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let output = self
            .model
            .run_one(tensor.view().into(), Some(options))
            .map_err(|error| NetError::Run(error.to_string()))?;
        let output: rten_tensor::Tensor<f32> = output
            .try_into()
            .map_err(|error: rten::TryFromValueError| NetError::Run(error.to_string()))?;
        let output = output.to_vec();
        if output.len() != self.values {
            return Err(NetError::Output {
                found: output.len(),
                wanted: self.values,
            });
        }
        if output.iter().all(|value| value.is_finite()) {
            Ok(output)
        } else {
            Err(NetError::Run("it gave a value that is not a number".into()))
        }
    }
}
