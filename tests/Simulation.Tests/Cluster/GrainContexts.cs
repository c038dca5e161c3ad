using System.Reflection;

namespace Headroom.Simulation.Tests.Cluster;

/// <summary>
/// Makes grains as the runtime does: the context that a grain finds in its constructor is the thread's current one,
/// which only the runtime itself can set.
/// </summary>
internal static class GrainContexts
{
    private static readonly Action<IGrainContext?> Set = typeof(IGrainContext).Assembly
        .GetType("Orleans.Runtime.RuntimeContext", throwOnError: true)!
        .GetMethod("ResetExecutionContext", BindingFlags.Static | BindingFlags.NonPublic)!
        .CreateDelegate<Action<IGrainContext?>>();

    internal static T Within<T>(IGrainContext context, Func<T> make)
    {
        Set(context);
        try
        {
            return make();
        }
        finally
        {
            Set(null);
        }
    }
}
