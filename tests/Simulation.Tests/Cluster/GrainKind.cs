namespace Headroom.Simulation.Tests.Cluster;

internal enum GrainKind
{
    Host,
    Container,
    Subsystem,
    Reserve,
}
