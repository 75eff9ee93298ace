//! The three nets, layer by layer as face-api 1.7.15 runs them.
//!
//! Pictures come in already normalised (mean and scale stand in the manifest), so a net holds nothing but weights.

use crate::ConvertError;
use crate::layers::{AROUND, AT_END, Builder, VALID};
use crate::onnx::Graph;
use crate::weights::{Weight, Weights};

/// `TinyFaceDetector`: one convolution, five separable ones, then 13×13 cells of 5 anchors × 5 values.
pub(crate) fn tiny_face_detector(weights: &mut Weights) -> Result<Graph, ConvertError> {
    /// face-api's own constant, 0.1 as a single float.
    const SLOPE: f32 = 0.1;
    let mut net = Builder::new("tiny_face_detector", 416);
    net.conv(
        &weights.take("conv0/filters")?,
        None,
        &weights.take("conv0/bias")?.floats(),
        1,
        VALID,
    )?;
    net.leaky_relu(SLOPE);
    // Sides on the way: 414, 207, 104, 52, 26, 13, 13.
    net.max_pool(2, 2, VALID);
    for (layer, overhangs) in [(1, true), (2, false), (3, false), (4, false), (5, true)] {
        separable(&mut net, weights, &format!("conv{layer}"), 1)?;
        net.leaky_relu(SLOPE);
        let stride = if layer == 5 { 1 } else { 2 };
        net.max_pool(2, stride, if overhangs { AT_END } else { VALID });
    }
    net.conv(
        &weights.take("conv8/filters")?,
        None,
        &weights.take("conv8/bias")?.floats(),
        1,
        VALID,
    )?;
    Ok(net.finish(&[1, 25, 13, 13]))
}

/// `FaceLandmark68TinyNet`: three dense blocks, one mean over 14×14, one fully connected layer to 68 points.
pub(crate) fn face_landmark_68_tiny(weights: &mut Weights) -> Result<Graph, ConvertError> {
    let mut net = Builder::new("face_landmark_68_tiny", 112);
    for block in 0..3 {
        let name = |conv: u8| format!("dense{block}/conv{conv}");
        if block == 0 {
            let filters = weights.take("dense0/conv0/filters")?;
            net.conv(
                &filters,
                None,
                &weights.take("dense0/conv0/bias")?.floats(),
                2,
                AT_END,
            )?;
        } else {
            let depthwise = weights.take(&format!("{}/depthwise_filter", name(0)))?;
            let pointwise = weights.take(&format!("{}/pointwise_filter", name(0)))?;
            let bias = weights.take(&format!("{}/bias", name(0)))?.floats();
            net.separable_conv(&depthwise, &pointwise, &bias, 2, AT_END)?;
        }
        net.relu();
        let first = net.here();
        separable(&mut net, weights, &name(1), 1)?;
        net.add(&first);
        let both = net.here();
        net.relu();
        separable(&mut net, weights, &name(2), 1)?;
        net.add(&both);
        net.relu();
    }
    net.average_pool(14, 2);
    net.flatten();
    net.dense(
        &weights.take("fc/weights")?,
        Some(&weights.take("fc/bias")?.floats()),
    )?;
    Ok(net.finish(&[1, 136]))
}

/// `FaceRecognitionNet`, dlib's ResNet: 150×150 to 128 numbers.
pub(crate) fn face_recognition(weights: &mut Weights) -> Result<Graph, ConvertError> {
    let mut net = Builder::new("face_recognition", 150);
    scaled_conv(&mut net, weights, "conv32_down", 2)?;
    net.relu();
    net.max_pool(3, 2, VALID);
    // (name, halves the side, channels to append, sides differ by one after halving)
    let blocks: [(&str, bool, i64, bool); 14] = [
        ("conv32_1", false, 0, false),
        ("conv32_2", false, 0, false),
        ("conv32_3", false, 0, false),
        ("conv64_down", true, 32, false),
        ("conv64_1", false, 0, false),
        ("conv64_2", false, 0, false),
        ("conv64_3", false, 0, false),
        ("conv128_down", true, 64, false),
        ("conv128_1", false, 0, false),
        ("conv128_2", false, 0, false),
        ("conv256_down", true, 128, true),
        ("conv256_1", false, 0, false),
        ("conv256_2", false, 0, false),
        ("conv256_down_out", true, 0, true),
    ];
    for (name, halves, channels, differ) in blocks {
        let before = net.here();
        scaled_conv(
            &mut net,
            weights,
            &format!("{name}/conv1"),
            if halves { 2 } else { 1 },
        )?;
        net.relu();
        scaled_conv(&mut net, weights, &format!("{name}/conv2"), 1)?;
        if differ {
            net.append_zeros(0, 1, 1);
        }
        let after = net.here();
        net.go_on_from(&before);
        if halves {
            net.average_pool(2, 2);
        }
        if channels > 0 {
            net.append_zeros(channels, 0, 0);
        }
        net.add(&after);
        net.relu();
    }
    net.global_average_pool();
    net.flatten();
    net.dense(&weights.take("fc")?, None)?;
    Ok(net.finish(&[1, 128]))
}

fn separable(
    net: &mut Builder,
    weights: &mut Weights,
    name: &str,
    stride: i64,
) -> Result<(), ConvertError> {
    let depthwise = weights.take(&format!("{name}/depthwise_filter"))?;
    let pointwise = weights.take(&format!("{name}/pointwise_filter"))?;
    let bias = weights.take(&format!("{name}/bias"))?.floats();
    net.separable_conv(&depthwise, &pointwise, &bias, stride, AROUND)
}

/// Convolution, bias, then a factor and an offset for each channel: `(conv + b) * s + o = conv * s + (b * s + o)`.
fn scaled_conv(
    net: &mut Builder,
    weights: &mut Weights,
    name: &str,
    stride: i64,
) -> Result<(), ConvertError> {
    let filters: Weight = weights.take(&format!("{name}/conv/filters"))?;
    let bias = weights.take(&format!("{name}/conv/bias"))?.floats();
    let factors = weights.take(&format!("{name}/scale/weights"))?.floats();
    let offsets = weights.take(&format!("{name}/scale/biases"))?.floats();
    let bias: Vec<f32> = bias
        .iter()
        .zip(&factors)
        .zip(&offsets)
        .map(|((b, s), o)| b * s + o)
        .collect();
    let padding = if stride == 2 { VALID } else { AROUND };
    net.conv(&filters, Some(&factors), &bias, stride, padding)
}
