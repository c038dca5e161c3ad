using Headroom.Samples.Demo.Work;
using Xunit;

namespace Headroom.Demo.Tests;

public sealed class WavesTests
{
    [Fact]
    public void Waves_OfOneSeed_AreTheSameAndComeAndGo()
    {
        Waves waves = new(seed: 3, mostBytes: 1000);
        Waves same = new(seed: 3, mostBytes: 1000);
        for (int wave = 0; wave < 20; wave++)
        {
            TimeSpan start = wave * Waves.Length;
            long top = waves.WantedBytes(start + (Waves.Length * 0.8));
            Assert.InRange(top, 600, 1000);
            Assert.Equal(top, same.WantedBytes(start + (Waves.Length * 0.8)));
            Assert.Equal(0, waves.WantedBytes(start + (Waves.Length * 0.1)));
            Assert.InRange(waves.WantedBytes(start + (Waves.Length / 2)), top / 3, top * 2 / 3);
        }
    }
}
